-- When the ground has changed a subcell goes to the cell that most of its households are in now, under a new number; a name
-- that somebody gave it stays.
-- param lo bigint: first key
-- param hi bigint: key after the last
WITH there AS (
    SELECT s.id, s.cell_key AS old, b.cell_key AS key, sum(COALESCE(b.households, 0) + 0.001) AS n
    FROM subcell s JOIN subcell_member m ON m.subcell_id = s.id AND m.live JOIN building b ON b.id = m.building_id
    WHERE s.ended IS NULL AND s.cell_key >= %(lo)s AND s.cell_key < %(hi)s
    GROUP BY s.id, s.cell_key, b.cell_key
), most AS (
    SELECT DISTINCT ON (id) id, old, key FROM there ORDER BY id, n DESC, key
), going AS (
    SELECT id, key, (SELECT COALESCE(max(number), 0) FROM subcell x WHERE x.cell_key = m.key AND x.ended IS NULL)
           + row_number() OVER (PARTITION BY key ORDER BY id) AS number
    FROM most m WHERE key <> old AND key & 8191 > 0
)
UPDATE subcell s SET cell_key = g.key, number = g.number,
    name = CASE WHEN s.name = '第' || s.number || '微网格' THEN '第' || g.number || '微网格' ELSE s.name END
FROM going g WHERE s.id = g.id;
