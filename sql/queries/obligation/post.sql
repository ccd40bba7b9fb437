-- Who is in charge of the obligations that were open on some day: on that on which each was closed or fell due, today
-- of those still open. Nobody: obligation/unpost.
-- needs: obligation/stage_charge
-- param rule_id integer: rule
-- param since date: those due or done before it stay as they are
-- param today date: today
UPDATE obligation o SET post_id = c.post_id
FROM stage_charge c
WHERE o.rule_id = %(rule_id)s AND LEAST(o.due, COALESCE(o.fulfilled_on, o.due)) >= %(since)s AND c.cell_key = o.cell_key
  AND (c.target_id IS NULL OR c.target_id = o.target_id)
  AND c.starts <= app_duty_day(o.opens, o.due, o.fulfilled_on, %(today)s)
  AND c.stops > app_duty_day(o.opens, o.due, o.fulfilled_on, %(today)s)
  AND o.post_id IS DISTINCT FROM c.post_id;
