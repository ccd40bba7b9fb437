-- Buildings of a cell with what a subcell's load is made of and their stairwells, in the order of their numbers.
-- param key bigint: the cell
SELECT b.id, ST_AsBinary(COALESCE(CASE WHEN ST_Dimension(b.shape) = 2 THEN b.shape END, b.geom)) AS wkb,
       COALESCE(b.households, 0) AS households,
       app_called(b.estate, b.building_no, b.street, b.housenumber, b.name) AS called,
       COALESCE(u.stairs, ARRAY(SELECT n::text FROM generate_series(1, COALESCE(b.units, 0)) n)) AS stairs
FROM building b
LEFT JOIN LATERAL (
    SELECT array_agg(unit_no ORDER BY length(unit_no), unit_no) AS stairs
    FROM (SELECT DISTINCT unit_no FROM unit WHERE building_id = b.id AND ended IS NULL AND merged_into IS NULL) n
) u ON u.stairs IS NOT NULL
WHERE b.cell_key = %(key)s AND b.geom IS NOT NULL AND b.kind = 'building' AND b.ended IS NULL AND b.merged_into IS NULL
ORDER BY b.id;
