-- One import.
-- param batch_id bigint: the import
SELECT b.id, b.kind, s.name AS source, b.source_id, b.cell_key, b.file_name, b.file_sha256, b.source_crs, b.mapping,
       b.counts, b.report, b.state, b.created_by, b.created_at, b.undone_at
FROM import_batch b
JOIN source s ON s.id = b.source_id
WHERE b.id = %(batch_id)s;
