-- Buildings of a range with what a cell's load can be made of, and their estate; parts of buildings are left out.
-- param lo bigint: first key
-- param hi bigint: key after the last
WITH there AS (
    SELECT id, shape, geom, households, estate FROM building
    WHERE cell_key >= %(lo)s AND cell_key < %(hi)s AND geom IS NOT NULL AND kind = 'building' AND merged_into IS NULL
      AND ended IS NULL
), people AS (
    SELECT d.building_id AS id, count(*) AS n FROM person p JOIN dwelling d ON d.id = p.dwelling_id
    WHERE p.cell_key >= %(lo)s AND p.cell_key < %(hi)s AND p.ended IS NULL GROUP BY 1
), firms AS (
    SELECT building_id AS id, count(*) AS n FROM organisation
    WHERE cell_key >= %(lo)s AND cell_key < %(hi)s AND ended IS NULL GROUP BY 1
), sources AS (
    SELECT building_id AS id, count(*) AS n FROM hazard_source
    WHERE cell_key >= %(lo)s AND cell_key < %(hi)s AND ended IS NULL GROUP BY 1
), dangers AS (
    SELECT building_id AS id, count(*) AS n FROM hazard
    WHERE cell_key >= %(lo)s AND cell_key < %(hi)s AND ended IS NULL AND closed_on IS NULL GROUP BY 1
)
SELECT b.id, ST_AsBinary(COALESCE(CASE WHEN ST_Dimension(b.shape) = 2 THEN b.shape END, b.geom)) AS wkb, b.estate,
       COALESCE(b.households, 0) AS households, COALESCE(people.n, 0) AS people, COALESCE(firms.n, 0) AS organisations,
       COALESCE(sources.n, 0) AS hazard_sources, COALESCE(dangers.n, 0) AS hazards
FROM there b
LEFT JOIN people USING (id) LEFT JOIN firms USING (id) LEFT JOIN sources USING (id) LEFT JOIN dangers USING (id)
ORDER BY b.id;
