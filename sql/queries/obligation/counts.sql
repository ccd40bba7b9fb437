-- Obligations that fall due in some days, by cell, rule and officer: how many are what on a day (docs/coverage.md).
-- param lo bigint: first key
-- param hi bigint: key after the last
-- param start date: first due day
-- param stop date: day after the last
-- param today date: the day that counts as today
-- param rules integer[]: versions of rules; none for all
-- param not_found text[]: outcomes that say that it was not found
-- param refused text[]: outcomes that say that it was refused
-- index: obligation_key
WITH mine AS (
    SELECT o.cell_key, o.rule_id, o.post_id, o.target_id, o.visits, o.attempts, o.unconfirmed, o.backdated,
           app_task_status(o.fulfilled_on, o.due, o.excused_on, o.tried_on, o.tried, o.post_id, %(today)s,
                           %(not_found)s, %(refused)s) AS status,
           o.fulfilled_on BETWEEN %(today)s::date - 6 AND %(today)s AS recent
    FROM obligation o
    WHERE o.cell_key >= %(lo)s AND o.cell_key < %(hi)s AND o.due >= %(start)s AND o.due < %(stop)s
      AND o.opens <= %(today)s AND (%(rules)s::integer[] IS NULL OR o.rule_id = ANY(%(rules)s)))
SELECT s.cell_key, s.rule_id, p.officer_id, count(*) FILTER (WHERE status = 1) AS done,
       count(*) FILTER (WHERE status = 2) AS late, count(*) FILTER (WHERE status = 3) AS excused,
       count(*) FILTER (WHERE status = 4) AS not_found, count(*) FILTER (WHERE status = 5) AS refused,
       count(*) FILTER (WHERE status = 6) AS nobody, count(*) FILTER (WHERE status = 7) AS due,
       count(*) FILTER (WHERE status = 8) AS overdue, count(*) FILTER (WHERE recent) AS recent, sum(visits)::bigint AS visits,
       sum(attempts)::bigint AS attempts, sum(unconfirmed)::bigint AS unconfirmed, sum(backdated)::bigint AS backdated
FROM mine s LEFT JOIN post p ON p.id = s.post_id
GROUP BY s.cell_key, s.rule_id, p.officer_id;
