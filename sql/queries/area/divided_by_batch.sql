-- Divisions of areas that an import brought in; while there are any it cannot be undone.
-- param batch_id bigint: the import
SELECT d.id AS row_id, d.area_code, d.status FROM division d
JOIN area a ON a.code = d.area_code
WHERE a.batch_id = %(batch_id)s
ORDER BY d.id;
