-- How many targets (户) have one of these obligations that is not excused, how many at least one that is fulfilled; by
-- cell, officer or rule.
-- param lo bigint[]: first keys of the ranges that are asked for
-- param hi bigint[]: keys after the last
-- param start date: first due day
-- param stop date: day after the last
-- param today date: the day that counts as today
-- param rules integer[]: versions of rules; none for all
-- param by text: cell, officer, rule
SELECT CASE %(by)s WHEN 'cell' THEN d.cell_key WHEN 'officer' THEN COALESCE(p.officer_id, 0) ELSE d.part END AS key,
       sum(targets)::bigint AS targets, sum(covered)::bigint AS covered
FROM unnest(%(lo)s::bigint[], %(hi)s::bigint[]) AS k (lo, hi)
CROSS JOIN LATERAL app_task_doors(k.lo, k.hi, %(start)s, %(stop)s, %(today)s, %(rules)s,
                             CASE %(by)s WHEN 'officer' THEN 'post' ELSE %(by)s END) d
LEFT JOIN post p ON %(by)s = 'officer' AND p.id = d.part
GROUP BY 1;
