-- Divisions inside a range, the newest first.
-- param lo bigint: first key
-- param hi bigint: key after the last
-- param status text: only these; none: all
-- param before bigint: only those with a lower number
-- param most integer: page size
SELECT d.id, d.area_code, a.name AS area_name, d.purpose, d.name, d.method, d.params, d.figures, d.status,
       lower(d.valid) AS valid_from, upper(d.valid) AS valid_to, d.created_at, d.published_at,
       (SELECT count(*) FROM cell_version v WHERE v.division_id = d.id) AS cells
FROM division d
LEFT JOIN area a ON a.code = d.area_code AND upper_inf(a.valid)
WHERE d.keys <@ int8range(%(lo)s, %(hi)s) AND d.id < %(before)s
  AND (%(status)s::text IS NULL OR d.status = %(status)s)
ORDER BY d.id DESC
LIMIT %(most)s;
