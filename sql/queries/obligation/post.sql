-- Who is in charge of the obligations that were open on some day: on that on which each was closed or fell due, today
-- of those still open.
-- needs: obligation/stage_charge
-- param rule_id integer: rule
-- param since date: those due or done before it stay as they are
-- param today date: today
UPDATE obligation o SET post_id = n.post_id
FROM (SELECT x.rule_id, x.target_id, x.opens, c.post_id
      FROM obligation x
      LEFT JOIN stage_charge c ON c.cell_key = x.cell_key
           AND c.starts <= app_duty_day(x.opens, x.due, x.fulfilled_on, %(today)s)
           AND c.stops > app_duty_day(x.opens, x.due, x.fulfilled_on, %(today)s)
      WHERE x.rule_id = %(rule_id)s AND LEAST(x.due, COALESCE(x.fulfilled_on, x.due)) >= %(since)s) n
WHERE o.rule_id = n.rule_id AND o.target_id = n.target_id AND o.opens = n.opens
  AND o.post_id IS DISTINCT FROM n.post_id;
