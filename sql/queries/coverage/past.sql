-- From the sums of whole months: how much was fulfilled of how much in some periods, by cell, post or rule.
-- param grain text: which sums: cell, post, rule
-- param by_cell boolean: by cell, otherwise by what the sums are of in it
-- param lo bigint: first key
-- param hi bigint: key after the last
-- param start date[]: first days of the periods
-- param stop date[]: days after the last of each
-- param rules integer[]: versions of rules (of the sums by rule only); none for all
-- param without bigint[]: cells that are left out
-- index: coverage_sum_pkey
SELECT p.n, q.key, q.fulfilled, q.total
FROM unnest(%(start)s::date[], %(stop)s::date[]) WITH ORDINALITY AS p (start, stop, n)
CROSS JOIN LATERAL (
    SELECT CASE WHEN %(by_cell)s THEN s.cell_key ELSE s.part END AS key, sum(done + late) AS fulfilled,
           sum(done + late + not_found + refused + nobody + due + overdue) AS total
    FROM coverage_sum s
    WHERE s.grain = %(grain)s AND s.month >= p.start AND s.month < p.stop AND s.cell_key >= %(lo)s AND s.cell_key < %(hi)s
      AND (%(rules)s::integer[] IS NULL OR s.part = ANY(%(rules)s)) AND s.cell_key <> ALL(%(without)s::bigint[])
    GROUP BY 1) q;
