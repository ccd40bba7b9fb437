-- Cells that share more than 100 m² with a later one of the same division.
-- needs: gap/stage
-- param lo bigint: first key
-- param hi bigint: key after the last
-- param today date: the day that counts as today
INSERT INTO stage_gap (kind, target, target_id, rule, cell_key, personal, since, n)
SELECT 'ground_twice', 'cell', v.cell_key, '', v.cell_key, false, NULL::date,
       round(sum(ST_Area(ST_Intersection(v.geom, w.geom)::geography)))::integer
FROM division d
JOIN cell_version v ON v.division_id = d.id
JOIN cell_version w ON w.division_id = d.id AND w.cell_key > v.cell_key AND v.geom && w.geom AND ST_Relate(v.geom, w.geom, '2********')
WHERE d.purpose = 'basic' AND d.status = 'published' AND d.valid @> %(today)s::date
  AND v.cell_key >= %(lo)s AND v.cell_key < %(hi)s
GROUP BY v.cell_key
HAVING sum(ST_Area(ST_Intersection(v.geom, w.geom)::geography)) > 100;
