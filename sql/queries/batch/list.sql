-- Imports of files, the newest first; what was written by hand is in the audit.
-- param before bigint: only those with a lower number
-- param areas boolean: imports of areas too
-- param most integer: page size
SELECT b.id, b.kind, s.name AS source, b.cell_key, b.file_name, b.source_crs, b.counts, b.state, b.created_by, b.by_name,
       b.created_at, b.undone_at
FROM import_batch b
JOIN source s ON s.id = b.source_id
WHERE b.id < %(before)s AND (%(areas)s OR b.kind <> 'area') AND b.file_name <> ''
ORDER BY b.id DESC
LIMIT %(most)s;
