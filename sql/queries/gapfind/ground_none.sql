-- Divided communities with more than 100 m² of ground in none of their cells.
-- needs: gap/stage
-- param lo bigint: first key
-- param hi bigint: key after the last
-- param today date: the day that counts as today
INSERT INTO stage_gap (kind, target, target_id, rule, cell_key, personal, since, n)
SELECT 'ground_none', 'area', a.key, '', a.key, false, NULL::date,
       round(ST_Area(ST_Difference(a.geom, u.geom)::geography))::integer
FROM area a
CROSS JOIN LATERAL (
    SELECT ST_UnaryUnion(ST_Collect(v.geom)) AS geom FROM division d JOIN cell_version v ON v.division_id = d.id
    WHERE d.purpose = 'basic' AND d.status = 'published' AND d.valid @> %(today)s::date AND d.keys <@ a.keys) u
WHERE a.key >= %(lo)s AND a.key < %(hi)s AND a.level = 12 AND a.valid @> %(today)s::date AND u.geom IS NOT NULL
  AND ST_Area(ST_Difference(a.geom, u.geom)::geography) > 100;
