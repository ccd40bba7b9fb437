-- Sums of a month as they are kept, for each of some months, in ranges of keys, each row of a cell or community by
-- itself: to add them up here costs more than to send them. Of the months after the first only what is fulfilled, of how
-- much.
-- param by_place boolean: by cell or community, otherwise by what the sums are of in it
-- param grain text[]: which sums, for each range: cell, post, rule, community, community_rule
-- param lo bigint[]: first key of each
-- param hi bigint[]: key after the last
-- param months date[]: their first days
-- param rules integer[]: versions of rules (of the sums by rule only); none for all
-- index: coverage_sum_pkey
SELECT q.key, q.counts
FROM unnest(%(months)s::date[]) WITH ORDINALITY AS p (month, n)
CROSS JOIN LATERAL (
    SELECT array_agg(CASE WHEN %(by_place)s THEN s.cell_key ELSE s.part END) AS key,
           string_agg(CASE p.n WHEN 1 THEN s.counts ELSE s.share END, '') AS counts
    FROM unnest(%(grain)s::text[], %(lo)s::bigint[], %(hi)s::bigint[]) AS k (grain, lo, hi)
    JOIN coverage_sum s ON s.grain = k.grain AND s.month = p.month
         AND s.cell_key >= k.lo AND s.cell_key < k.hi
    WHERE %(rules)s::integer[] IS NULL OR s.part = ANY(%(rules)s)) q
ORDER BY p.n;
