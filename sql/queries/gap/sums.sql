-- How many gaps of each kind there are in a range, from the sums.
-- param lo bigint: first key
-- param hi bigint: key after the last
-- param keys bigint[]: cells of an officer; none for all
-- index: gap_sum_key
SELECT kind, sum(gaps) AS gaps FROM gap_sum g
WHERE g.cell_key >= %(lo)s AND g.cell_key < %(hi)s AND (%(keys)s::bigint[] IS NULL OR g.cell_key = ANY(%(keys)s))
GROUP BY kind HAVING sum(gaps) > 0;
