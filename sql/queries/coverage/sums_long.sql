-- Counts of whole months of the sums by cell, post or rule; a target that is one in several months counts in each of
-- them. Of one month: coverage/sums.
-- param grain text: which sums: cell, post, rule
-- param by_cell boolean: by cell, otherwise by what the sums are of in it
-- param lo bigint: first key
-- param hi bigint: key after the last
-- param start date: first day of the months
-- param stop date: day after the last month
-- param rules integer[]: versions of rules (of the sums by rule only); none for all
-- param without bigint[]: cells that are left out
-- index: coverage_sum_pkey
SELECT CASE WHEN %(by_cell)s THEN s.cell_key ELSE s.part END AS key,
       sum(done) AS done, sum(late) AS late, sum(excused) AS excused, sum(not_found) AS not_found,
       sum(refused) AS refused, sum(nobody) AS nobody, sum(due) AS due, sum(overdue) AS overdue, sum(recent) AS recent,
       sum(visits) AS visits, sum(attempts) AS attempts, sum(unconfirmed) AS unconfirmed, sum(backdated) AS backdated,
       sum(asked) AS asked, sum(targets) AS targets, sum(covered) AS covered
FROM coverage_sum s
WHERE s.grain = %(grain)s AND s.month >= %(start)s AND s.month < %(stop)s AND s.cell_key >= %(lo)s AND s.cell_key < %(hi)s
  AND (%(rules)s::integer[] IS NULL OR s.part = ANY(%(rules)s)) AND s.cell_key <> ALL(%(without)s::bigint[])
GROUP BY 1;
