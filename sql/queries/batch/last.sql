-- The last import that is in force of a list.
-- param kind text: kind of record
-- param name text: name of the list
SELECT b.id, b.file_sha256, b.counts
FROM import_batch b
JOIN source s ON s.id = b.source_id
WHERE s.kind = %(kind)s AND s.name = %(name)s AND b.state = 'applied'
ORDER BY b.id DESC
LIMIT 1;
