-- Buildings a cell.
-- param lo bigint: first key
-- param hi bigint: key after the last
SELECT cell_key AS key, count(*) AS n FROM building
WHERE cell_key >= %(lo)s AND cell_key < %(hi)s AND kind = 'building'
GROUP BY cell_key;
