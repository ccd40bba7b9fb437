-- Open obligations are where their target is.
-- needs: target/stage
-- param rule_id integer: rule
-- param today date: today
UPDATE obligation o SET cell_key = t.cell_key
FROM stage_target t
WHERE o.rule_id = %(rule_id)s AND o.target_id = t.id AND o.due >= %(today)s AND o.fulfilled_on IS NULL
  AND o.cell_key <> t.cell_key;
