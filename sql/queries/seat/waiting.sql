-- Buildings that nobody has placed yet, or somebody placed by hand, with the people who wait for it (of the caller's own
-- duty), those that most wait for first.
-- param lo bigint: first key
-- param hi bigint: key after the last
-- param most integer: how many
-- param placed boolean: the placed ones instead
SELECT b.id, b.estate, b.building_no, b.street, b.housenumber, b.name, b.address, b.cell_key, b.located_by,
       b.xmin::text AS version, ST_X(b.geom) AS lon, ST_Y(b.geom) AS lat, COALESCE(p.n, 0) AS people,
       count(*) OVER () AS buildings, sum(COALESCE(p.n, 0)) OVER () AS everybody
FROM building b
LEFT JOIN (
    SELECT d.building_id AS id, count(*) AS n
    FROM person p JOIN dwelling d ON d.id = p.dwelling_id
    WHERE p.cell_key >= %(lo)s AND p.cell_key < %(hi)s AND p.ended IS NULL
    GROUP BY 1
) p ON p.id = b.id
WHERE b.cell_key >= %(lo)s AND b.cell_key < %(hi)s AND b.kind = 'building' AND b.ended IS NULL
  AND CASE WHEN %(placed)s THEN b.geom IS NOT NULL AND b.located_by = 'manual' ELSE b.geom IS NULL END
ORDER BY people DESC, b.estate, b.street, length(COALESCE(b.building_no, b.housenumber)),
         COALESCE(b.building_no, b.housenumber), b.id
LIMIT %(most)s;
