-- New obligations, with what was done of them already and who is in charge of them: on the day on which each was closed
-- or fell due, today of those still open.
-- needs: obligation/stage_work, obligation/stage_fact, obligation/stage_charge
-- param rule_id integer: rule
-- param personal boolean: about residents
-- param today date: today
INSERT INTO obligation (rule_id, target_id, opens, due, until, cell_key, post_id, personal, done, fulfilled_on, visits,
                        tried_on, tried, attempts, unconfirmed, backdated)
SELECT %(rule_id)s, w.target_id, w.opens, w.due, NULLIF(w.until, 'infinity'), w.cell_key, c.post_id, %(personal)s,
       COALESCE(f.done, 0), f.fulfilled_on, COALESCE(f.visits, 0), f.tried_on, f.tried,
       COALESCE(f.attempts, 0), COALESCE(f.unconfirmed, 0), COALESCE(f.backdated, 0)
FROM stage_work w
LEFT JOIN stage_fact f ON f.target_id = w.target_id AND f.opens = w.opens
LEFT JOIN stage_charge c ON c.cell_key = w.cell_key AND (c.target_id IS NULL OR c.target_id = w.target_id)
     AND c.starts <= app_duty_day(w.opens, w.due, f.fulfilled_on, %(today)s)
     AND c.stops > app_duty_day(w.opens, w.due, f.fulfilled_on, %(today)s);
