-- How many questions wait, by what they are about.
-- param lo bigint: first key
-- param hi bigint: key after the last
SELECT what, count(*) AS n FROM review WHERE state = 'open' AND cell_key >= %(lo)s AND cell_key < %(hi)s GROUP BY what;
