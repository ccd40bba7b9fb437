-- Subcells in use in a range, what belongs to each, and who is in charge of it.
-- param lo bigint: first key
-- param hi bigint: key after the last
-- param day date: the day
SELECT s.id, c.code || lpad(s.number::text, 2, '0') AS code, s.name, c.code AS cell, s.cell_key, s.number, m.buildings,
       m.units, round(m.households) AS households, app_in_charge(NULL, s.id, %(day)s) AS posts
FROM subcell s
JOIN cell c ON c.key = s.cell_key
CROSS JOIN LATERAL (
    SELECT count(DISTINCT m.building_id) AS buildings, count(*) FILTER (WHERE m.unit_no <> '') AS units,
           COALESCE(sum(COALESCE(b.households, 0) / CASE WHEN m.unit_no = '' THEN 1.0 ELSE (
               SELECT count(*) FROM subcell_member x WHERE x.building_id = m.building_id AND x.live) END), 0) AS households
    FROM subcell_member m JOIN building b ON b.id = m.building_id
    WHERE m.subcell_id = s.id AND m.live
) m
WHERE s.cell_key >= %(lo)s AND s.cell_key < %(hi)s AND s.ended IS NULL
ORDER BY s.cell_key, s.number;
