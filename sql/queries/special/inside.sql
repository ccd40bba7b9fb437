-- Special cells in force in a range, what stands in them and who is in charge of them; records are theirs by geometry.
-- param lo bigint: first key
-- param hi bigint: key after the last
-- param day date: the day
SELECT c.key, c.code, c.code_alt, c.name, c.kind, c.area_code, v.division_id, v.area_m2, ST_AsBinary(v.geom) AS wkb,
       b.buildings, b.households, b.estates, app_in_charge(c.key, NULL, %(day)s) AS posts
FROM cell c
JOIN cell_version v ON v.cell_key = c.key AND v.valid @> %(day)s::date AND v.kind <> 'basic'
CROSS JOIN LATERAL (
    SELECT count(*) AS buildings, COALESCE(sum(households), 0) AS households,
           array_agg(DISTINCT estate) FILTER (WHERE estate <> '') AS estates
    FROM building e WHERE e.geom && v.geom AND ST_Covers(v.geom, e.geom) AND e.kind = 'building' AND e.ended IS NULL
      AND e.merged_into IS NULL
) b
WHERE c.key >= %(lo)s AND c.key < %(hi)s AND c.ended IS NULL
ORDER BY c.key;
