-- One comparison.
-- param id bigint: number
SELECT id, cell_key, kind, name, file_name, source_crs, day_first, mapping, counts, personal, created_by, created_at
FROM reconciliation WHERE id = %(id)s;
