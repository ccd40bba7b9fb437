-- Cells in force in a range that nobody has a post on, with how many doors they have.
-- param lo bigint: first key
-- param hi bigint: key after the last
-- param day date: the day
SELECT c.key, c.code, c.name, COALESCE(sum(b.households), 0) AS households, count(b.id) AS buildings
FROM cell c
LEFT JOIN building b ON b.cell_key = c.key AND b.kind = 'building' AND b.ended IS NULL
WHERE c.key >= %(lo)s AND c.key < %(hi)s AND c.ended IS NULL
  AND NOT EXISTS (SELECT FROM post p WHERE p.cell_key = c.key AND p.target = 'cell' AND p.ended IS NULL
                  AND p.starts <= %(day)s AND (p.ends IS NULL OR p.ends >= %(day)s))
GROUP BY c.key, c.code, c.name
ORDER BY sum(b.households) DESC NULLS LAST, c.key;
