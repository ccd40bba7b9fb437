-- Sums of a month as they are kept, for each of some months, by cell, post or rule, each row of a cell by itself:
-- to add them up here costs more than to send them. Of the months after the first only what is fulfilled, of how much.
-- param grain text: which sums: cell, post, rule
-- param by_cell boolean: by cell, otherwise by what the sums are of in it
-- param lo bigint: first key
-- param hi bigint: key after the last
-- param start date[]: first days of the months
-- param stop date[]: days after the last of each
-- param rules integer[]: versions of rules (of the sums by rule only); none for all
-- param without bigint[]: cells that are left out
-- index: coverage_sum_pkey
SELECT q.key, q.counts
FROM unnest(%(start)s::date[], %(stop)s::date[]) WITH ORDINALITY AS p (start, stop, n)
CROSS JOIN LATERAL (
    SELECT array_agg(CASE WHEN %(by_cell)s THEN s.cell_key ELSE s.part END) AS key,
           string_agg(CASE p.n WHEN 1 THEN s.counts ELSE s.share END, '') AS counts
    FROM coverage_sum s
    WHERE s.grain = %(grain)s AND s.month >= p.start AND s.month < p.stop AND s.cell_key >= %(lo)s AND s.cell_key < %(hi)s
      AND (%(rules)s::integer[] IS NULL OR s.part = ANY(%(rules)s)) AND s.cell_key <> ALL(%(without)s::bigint[])) q
ORDER BY p.n;
