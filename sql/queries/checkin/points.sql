-- Points of patrols for a printed sheet, by cell.
-- param lo bigint: first key
-- param hi bigint: key after the last
-- param kinds text[]: kinds of points
-- param most integer: how many at most
SELECT p.target, p.id, p.name, p.address, c.name AS cell, c.code
FROM (
    SELECT 'estate' AS target, id, name, NULL AS address, cell_key FROM estate WHERE ended IS NULL AND merged_into IS NULL
    UNION ALL
    SELECT 'building', id, COALESCE(name, NULLIF(concat(estate, building_no), '')), address, cell_key
    FROM building WHERE ended IS NULL AND merged_into IS NULL
    UNION ALL
    SELECT 'hazard_source', id, name, address, cell_key FROM hazard_source WHERE ended IS NULL AND merged_into IS NULL
    UNION ALL
    SELECT 'organisation', id, name, address, cell_key FROM organisation WHERE ended IS NULL AND merged_into IS NULL
    UNION ALL
    SELECT 'facility', id, name, address, cell_key FROM facility WHERE ended IS NULL AND merged_into IS NULL
    UNION ALL
    SELECT 'component', id, name, address, cell_key FROM component WHERE ended IS NULL AND merged_into IS NULL) p
JOIN cell c ON c.key = p.cell_key
WHERE p.target = ANY(%(kinds)s) AND p.cell_key >= %(lo)s AND p.cell_key < %(hi)s
ORDER BY c.code, p.target, p.name, p.id
LIMIT %(most)s;
