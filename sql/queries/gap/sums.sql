-- How many gaps of each kind there are in a range, from the sums.
-- param lo bigint: first key
-- param hi bigint: key after the last
-- param keys bigint[]: cells of an officer; none for all
-- param kinds text[]: kinds
-- index: gap_sum_kind
SELECT k.kind, s.gaps
FROM unnest(%(kinds)s::text[]) AS k (kind)
CROSS JOIN LATERAL (
    SELECT sum(g.gaps) AS gaps FROM gap_sum g
    WHERE g.kind = k.kind AND g.cell_key >= %(lo)s AND g.cell_key < %(hi)s
      AND (%(keys)s::bigint[] IS NULL OR g.cell_key = ANY(%(keys)s))) s
WHERE s.gaps > 0;
