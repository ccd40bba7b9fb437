-- The same of the obligations that were worked out again: a visit that is entered late may close one on a day on which
-- somebody else was in charge.
-- needs: obligation/stage_charge, obligation/stage_work
-- param rule_id integer: rule
-- param today date: today
UPDATE obligation o SET post_id = n.post_id
FROM (SELECT x.rule_id, x.target_id, x.opens, c.post_id
      FROM stage_work w JOIN obligation x ON x.target_id = w.target_id AND x.opens = w.opens
      LEFT JOIN stage_charge c ON c.cell_key = x.cell_key
           AND c.starts <= LEAST(x.due, COALESCE(x.fulfilled_on, x.due), GREATEST(%(today)s, x.opens))
           AND c.stops > LEAST(x.due, COALESCE(x.fulfilled_on, x.due), GREATEST(%(today)s, x.opens))
      WHERE x.rule_id = %(rule_id)s) n
WHERE o.rule_id = n.rule_id AND o.target_id = n.target_id AND o.opens = n.opens
  AND o.post_id IS DISTINCT FROM n.post_id;
