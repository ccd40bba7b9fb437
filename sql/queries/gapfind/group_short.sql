-- Groups of residents of which fewer households are registered than they report (不漏一户), and how many are missing.
-- needs: gap/stage
-- param lo bigint: first key
-- param hi bigint: key after the last
INSERT INTO stage_gap (kind, target, target_id, rule, cell_key, personal, since, n)
SELECT 'group_short', 'resident_group', g.id, '', g.cell_key, false, NULL::date, g.households - r.n
FROM resident_group g
CROSS JOIN LATERAL (SELECT count(*)::integer AS n
                    FROM building b
                    JOIN dwelling d ON d.building_id = b.id AND d.ended IS NULL AND d.merged_into IS NULL
                    JOIN household h ON h.dwelling_id = d.id AND h.ended IS NULL AND h.merged_into IS NULL
                    WHERE ST_Intersects(g.geom, b.geom) AND b.ended IS NULL AND b.merged_into IS NULL) r
WHERE g.cell_key >= %(lo)s AND g.cell_key < %(hi)s AND g.ended IS NULL AND g.merged_into IS NULL AND ST_Dimension(g.geom) = 2
  AND g.households > r.n;
