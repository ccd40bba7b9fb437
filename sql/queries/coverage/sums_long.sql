-- Counts of whole months of the sums in ranges of keys, by cell, community, post or rule; a target that is one in several
-- months counts in each of them. Of one month: coverage/sums.
-- param by_place boolean: by cell or community, otherwise by what the sums are of in it
-- param grain text[]: which sums, for each range: cell, post, rule, community, community_rule
-- param lo bigint[]: first key of each
-- param hi bigint[]: key after the last
-- param start date: first day of the months
-- param stop date: day after the last month
-- param rules integer[]: versions of rules (of the sums by rule only); none for all
-- index: coverage_sum_pkey
SELECT CASE WHEN %(by_place)s THEN s.cell_key ELSE s.part END AS key,
       sum(done) AS done, sum(late) AS late, sum(excused) AS excused, sum(not_found) AS not_found,
       sum(refused) AS refused, sum(nobody) AS nobody, sum(due) AS due, sum(overdue) AS overdue, sum(recent) AS recent,
       sum(visits) AS visits, sum(attempts) AS attempts, sum(unconfirmed) AS unconfirmed, sum(backdated) AS backdated,
       sum(asked) AS asked, sum(targets) AS targets, sum(covered) AS covered
FROM unnest(%(grain)s::text[], %(lo)s::bigint[], %(hi)s::bigint[]) AS k (grain, lo, hi)
-- month by month: within one the index has the keys in their order, and nothing else is read
CROSS JOIN generate_series(%(start)s::date, %(stop)s::date - 1, interval '1 month') AS m (month)
JOIN coverage_sum s ON s.grain = k.grain AND s.month = m.month::date AND s.cell_key >= k.lo AND s.cell_key < k.hi
WHERE %(rules)s::integer[] IS NULL OR s.part = ANY(%(rules)s)
GROUP BY 1;
