-- The same of obligations that are there already: a visit that is entered late may close one on a day on which somebody
-- else was in charge.
-- needs: obligation/stage_work, obligation/stage_fact, obligation/stage_charge
-- param rule_id integer: rule
-- param today date: today
UPDATE obligation o SET done = n.done, fulfilled_on = n.fulfilled_on, visits = n.visits, tried_on = n.tried_on,
    tried = n.tried, post_id = n.post_id, attempts = n.attempts, unconfirmed = n.unconfirmed, backdated = n.backdated
FROM (SELECT w.target_id, w.opens, COALESCE(f.done, 0) AS done, f.fulfilled_on, COALESCE(f.visits, 0) AS visits,
             f.tried_on, f.tried, c.post_id, COALESCE(f.attempts, 0) AS attempts,
             COALESCE(f.unconfirmed, 0) AS unconfirmed, COALESCE(f.backdated, 0) AS backdated
      FROM stage_work w
      LEFT JOIN stage_fact f ON f.target_id = w.target_id AND f.opens = w.opens
      LEFT JOIN stage_charge c ON c.cell_key = w.cell_key AND (c.target_id IS NULL OR c.target_id = w.target_id)
           AND c.starts <= app_duty_day(w.opens, w.due, f.fulfilled_on, %(today)s)
           AND c.stops > app_duty_day(w.opens, w.due, f.fulfilled_on, %(today)s)) n
WHERE o.rule_id = %(rule_id)s AND o.target_id = n.target_id AND o.opens = n.opens
  AND (o.done, o.fulfilled_on, o.visits, o.tried_on, o.tried, o.post_id, o.attempts, o.unconfirmed, o.backdated)
      IS DISTINCT FROM (n.done, n.fulfilled_on, n.visits, n.tried_on, n.tried, n.post_id, n.attempts, n.unconfirmed,
                        n.backdated);
