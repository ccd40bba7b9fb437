-- Targets of a rule that were not visited as it asks when it was due the last time: never at all (漏访), or less than
-- it asks since the first window missed (逾期). All versions of a code are one rule here.
-- needs: gap/stage
-- param lo bigint: first key
-- param hi bigint: key after the last
-- param today date: the day that counts as today
-- param told text[]: outcomes that are a status of their own (not found, refused)
INSERT INTO stage_gap (kind, target, target_id, rule, cell_key, personal, since, n)
WITH code AS (
    SELECT code, array_agg(id) AS ids FROM rule GROUP BY code
    HAVING bool_or(valid @> %(today)s::date AND NOT retired)),
last AS (
    SELECT DISTINCT ON (r.code, o.target_id) r.code, r.target, o.target_id, o.cell_key, o.personal, o.due, o.fulfilled_on,
           o.excused_on, o.tried, o.post_id
    FROM obligation o JOIN rule r ON r.id = o.rule_id
    WHERE o.cell_key >= %(lo)s AND o.cell_key < %(hi)s AND o.due < %(today)s AND o.due >= %(today)s::date - 400
    ORDER BY r.code, o.target_id, o.due DESC, o.rule_id DESC)
SELECT CASE WHEN d.visits = 0 THEN 'missed' ELSE 'overdue' END, l.target, l.target_id, l.code, l.cell_key, l.personal,
       (SELECT min(x.due) FROM obligation x WHERE x.rule_id = ANY(c.ids) AND x.target_id = l.target_id
        AND x.fulfilled_on IS NULL AND x.due > COALESCE(d.done_on, '-infinity') AND x.due < %(today)s), NULL::integer
FROM last l
JOIN code c ON c.code = l.code
CROSS JOIN LATERAL (SELECT max(x.fulfilled_on) AS done_on, sum(x.visits) AS visits FROM obligation x
                    WHERE x.rule_id = ANY(c.ids) AND x.target_id = l.target_id) d
WHERE l.fulfilled_on IS NULL AND l.excused_on IS NULL AND l.post_id IS NOT NULL
  AND (l.tried IS NULL OR NOT l.tried = ANY(%(told)s))
  AND (d.done_on IS NULL OR d.done_on <= l.due);
