-- One division.
-- param division_id bigint: number
SELECT d.id, d.area_code, a.name AS area_name, lower(d.keys) AS lo, upper(d.keys) AS hi, d.purpose, d.name, d.method,
       d.params, d.figures, d.status, lower(d.valid) AS valid_from, upper(d.valid) AS valid_to, d.created_at,
       d.published_at, (SELECT count(*) FROM cell_version v WHERE v.division_id = d.id) AS cells
FROM division d
LEFT JOIN area a ON a.code = d.area_code AND upper_inf(a.valid)
WHERE d.id = %(division_id)s;
