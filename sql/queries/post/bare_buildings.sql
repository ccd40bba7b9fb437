-- Buildings of a range that nobody has a post on, neither on their cell or subcell nor on themselves, those with most households
-- first, and how many there are in all.
-- param lo bigint: first key
-- param hi bigint: key after the last
-- param day date: the day
-- param most integer: how many
WITH there AS (
    SELECT * FROM post WHERE ended IS NULL AND merged_into IS NULL AND starts <= %(day)s AND (ends IS NULL OR ends >= %(day)s)
)
SELECT b.id, app_called(b.estate, b.building_no, b.street, b.housenumber, b.name) AS called,
       c.code AS cell, COALESCE(b.households, 0) AS households, count(*) OVER () AS of
FROM building b
LEFT JOIN cell c ON c.key = b.cell_key
WHERE b.cell_key >= %(lo)s AND b.cell_key < %(hi)s AND b.kind = 'building' AND b.ended IS NULL AND b.merged_into IS NULL
  AND NOT EXISTS (SELECT FROM there p WHERE p.target = 'cell' AND p.cell_key = b.cell_key)
  AND NOT EXISTS (SELECT FROM there p WHERE p.building_id = b.id)
  AND NOT EXISTS (SELECT FROM there p JOIN subcell_member m ON m.subcell_id = p.subcell_id AND m.live
                  WHERE m.building_id = b.id)
ORDER BY b.households DESC NULLS LAST, b.id
LIMIT %(most)s;
