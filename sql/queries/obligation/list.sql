-- Obligations of a range that fall due in some days, one by one, with what they are on a day; the first due first.
-- param lo bigint: first key
-- param hi bigint: key after the last
-- param start date: first due day
-- param stop date: day after the last
-- param today date: the day that counts as today
-- param rules integer[]: versions of rules; none for all
-- param keys bigint[]: cells of an officer; none for all
-- param posts bigint[]: her posts; none for all
-- param status integer[]: what they are; none for all
-- param not_found text[]: outcomes that say that it was not found
-- param refused text[]: outcomes that say that it was refused
-- param after_due date: only those after this one; none from the start
-- param after_rule integer: its rule
-- param after_id bigint: its target
-- param after_opens date: its first day
-- param most integer: page size
-- index: obligation_key
SELECT o.rule_id, r.code, r.name, r.target, o.target_id, o.opens, o.due, o.until, o.cell_key, o.post_id, o.personal,
       o.fulfilled_on, o.visits, o.tried, o.tried_on, o.excused_on, o.excuse,
       app_task_status(o.fulfilled_on, o.due, o.excused_on, o.tried_on, o.tried, o.post_id, %(today)s, %(not_found)s,
                       %(refused)s) AS status, f.name AS officer, f.number
FROM obligation o
JOIN rule r ON r.id = o.rule_id
LEFT JOIN post p ON p.id = o.post_id
LEFT JOIN officer f ON f.id = p.officer_id
WHERE o.cell_key >= %(lo)s AND o.cell_key < %(hi)s AND o.due >= %(start)s AND o.due < %(stop)s AND o.opens <= %(today)s
  AND (%(rules)s::integer[] IS NULL OR o.rule_id = ANY(%(rules)s))
  AND (%(posts)s::bigint[] IS NULL OR (o.cell_key = ANY(%(keys)s) AND o.post_id = ANY(%(posts)s)))
  AND (%(status)s::integer[] IS NULL OR app_task_status(
       o.fulfilled_on, o.due, o.excused_on, o.tried_on, o.tried, o.post_id, %(today)s, %(not_found)s, %(refused)s)
       = ANY(%(status)s))
  AND (%(after_due)s::date IS NULL OR (o.due, o.rule_id, o.target_id, o.opens)
       > (%(after_due)s, %(after_rule)s::integer, %(after_id)s::bigint, %(after_opens)s::date))
ORDER BY o.due, o.rule_id, o.target_id, o.opens
LIMIT %(most)s;
