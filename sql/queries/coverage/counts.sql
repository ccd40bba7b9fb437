-- Obligations that fall due in some days counted from themselves, by cell, officer or rule: how many are what on a day.
-- param lo bigint[]: first keys of the ranges that are asked for
-- param hi bigint[]: keys after the last
-- param start date: first due day
-- param stop date: day after the last
-- param today date: the day that counts as today
-- param rules integer[]: versions of rules; none for all
-- param by text: cell, officer, rule
-- param not_found text[]: outcomes that say that it was not found
-- param refused text[]: outcomes that say that it was refused
-- index: obligation_key
SELECT CASE %(by)s WHEN 'cell' THEN c.cell_key WHEN 'officer' THEN COALESCE(p.officer_id, 0) ELSE c.rule_id END AS key,
       sum(done)::bigint AS done, sum(late)::bigint AS late, sum(excused)::bigint AS excused,
       sum(not_found)::bigint AS not_found, sum(refused)::bigint AS refused, sum(nobody)::bigint AS nobody,
       sum(due)::bigint AS due, sum(overdue)::bigint AS overdue, sum(recent)::bigint AS recent,
       sum(visits)::bigint AS visits, sum(attempts)::bigint AS attempts, sum(unconfirmed)::bigint AS unconfirmed,
       sum(backdated)::bigint AS backdated,
       sum(round(r.rate::numeric, 6) * (done + late + not_found + refused + nobody + due + overdue))::double precision AS asked
FROM unnest(%(lo)s::bigint[], %(hi)s::bigint[]) AS k (lo, hi)
CROSS JOIN LATERAL app_task_counts(k.lo, k.hi, %(start)s, %(stop)s, %(today)s, %(not_found)s, %(refused)s) c
JOIN rule r ON r.id = c.rule_id
LEFT JOIN post p ON p.id = c.post_id
WHERE %(rules)s::integer[] IS NULL OR c.rule_id = ANY(%(rules)s)
GROUP BY 1;
