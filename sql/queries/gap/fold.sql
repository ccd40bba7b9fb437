-- The rows of a cell and kind become one, counted anew from the gaps; one statement, so that both are of one moment.
-- param lo bigint: first key
-- param hi bigint: key after the last
WITH gone AS (
    DELETE FROM gap_sum WHERE cell_key >= %(lo)s AND cell_key < %(hi)s
)
INSERT INTO gap_sum (cell_key, kind, personal, gaps)
SELECT cell_key, kind, personal, count(*) FROM gap
WHERE cell_key >= %(lo)s AND cell_key < %(hi)s
GROUP BY cell_key, kind, personal;
