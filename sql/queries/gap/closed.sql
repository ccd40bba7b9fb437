-- Gaps of visits that are none any more since visits came, by the same definition as gapfind/visit.
-- needs: obligation/stage_work
-- param rule_id integer: rule
-- param code text: its code
-- param today date: today
DELETE FROM gap g
USING (SELECT DISTINCT target_id FROM stage_work) w
CROSS JOIN LATERAL (SELECT x.due, x.fulfilled_on FROM obligation x
                    WHERE x.rule_id = %(rule_id)s AND x.target_id = w.target_id AND x.due < %(today)s
                    ORDER BY x.due DESC LIMIT 1) l
CROSS JOIN LATERAL (SELECT max(x.fulfilled_on) AS done_on FROM obligation x
                    WHERE x.rule_id = %(rule_id)s AND x.target_id = w.target_id) d
WHERE g.kind IN ('missed', 'overdue') AND g.rule = %(code)s AND g.target_id = w.target_id
  AND (l.fulfilled_on IS NOT NULL OR d.done_on > l.due);
