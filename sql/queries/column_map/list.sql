-- Saved mappings, the newest first.
-- param kind text: kind of record, or none for all
-- param name text: name, or none for all
SELECT m.id, m.kind, m.name, m.shape, m.columns, m.created_at, m.cell_key
FROM column_map m
WHERE (%(kind)s::text IS NULL OR m.kind = %(kind)s) AND (%(name)s::text IS NULL OR m.name = %(name)s)
ORDER BY m.created_at DESC, m.id DESC;
