-- Obligations of some posts that a visit between two days can still close.
-- param posts bigint[]: posts
-- param keys bigint[]: their cells and areas
-- param today date: first day of the plan
-- param last date: last day of the plan
-- param most integer: how many at the most
-- index: obligation_key
SELECT r.code, r.name, r.target, o.target_id, o.opens, o.due, o.until, r.activity, r.modes, r.document,
       r.measure = 'minutes' AS minutes, GREATEST(r.amount - o.done, 1) AS missing, o.tried, o.tried_on
FROM obligation o
JOIN rule r ON r.id = o.rule_id
WHERE o.cell_key = ANY(%(keys)s) AND o.post_id = ANY(%(posts)s) AND o.fulfilled_on IS NULL AND o.excused_on IS NULL
  AND o.opens <= %(last)s AND (o.until IS NULL OR o.until >= %(today)s)
ORDER BY o.due, r.code, o.target_id
LIMIT %(most)s;
