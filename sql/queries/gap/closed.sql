-- Gaps of visits that are none any more since visits came, by the same definition as gapfind/visit.
-- needs: obligation/stage_work
-- param code text: code of the rule
-- param today date: today
DELETE FROM gap g
USING (SELECT DISTINCT target_id FROM stage_work) w
CROSS JOIN (SELECT array_agg(id) AS ids FROM rule WHERE code = %(code)s) c
CROSS JOIN LATERAL (SELECT x.due, x.fulfilled_on FROM obligation x
                    WHERE x.rule_id = ANY(c.ids) AND x.target_id = w.target_id AND x.due < %(today)s
                    ORDER BY x.due DESC, x.rule_id DESC LIMIT 1) l
CROSS JOIN LATERAL (SELECT max(x.fulfilled_on) AS done_on FROM obligation x
                    WHERE x.rule_id = ANY(c.ids) AND x.target_id = w.target_id) d
WHERE g.kind IN ('missed', 'overdue') AND g.rule = %(code)s AND g.target_id = w.target_id
  AND (l.fulfilled_on IS NOT NULL OR d.done_on > l.due);
