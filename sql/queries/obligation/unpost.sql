-- Obligations that nobody is in charge of any more, as obligation/post finds who is.
-- needs: obligation/stage_charge
-- param rule_id integer: rule
-- param since date: those due or done before it stay as they are
-- param today date: today
UPDATE obligation o SET post_id = NULL
WHERE o.rule_id = %(rule_id)s AND LEAST(o.due, COALESCE(o.fulfilled_on, o.due)) >= %(since)s AND o.post_id IS NOT NULL
  AND NOT EXISTS (SELECT FROM stage_charge c WHERE c.cell_key = o.cell_key
                  AND (c.target_id IS NULL OR c.target_id = o.target_id)
                  AND c.starts <= app_duty_day(o.opens, o.due, o.fulfilled_on, %(today)s)
                  AND c.stops > app_duty_day(o.opens, o.due, o.fulfilled_on, %(today)s));
