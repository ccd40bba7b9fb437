-- Obligations that changed visits may close.
-- needs: obligation/stage_work, obligation/stage_touched
-- param rule_id integer: rule
INSERT INTO stage_work
SELECT DISTINCT o.target_id, o.opens, o.due, COALESCE(o.until, 'infinity'), o.cell_key
FROM stage_touched c
CROSS JOIN LATERAL (
    SELECT x.target_id, x.opens, x.due, x.until, x.cell_key FROM obligation x
    WHERE x.rule_id = %(rule_id)s AND x.target_id = c.id AND x.opens <= c.day AND COALESCE(x.until, 'infinity') >= c.day
    OFFSET 0) o  -- one look by index for each, whatever the planner believes
ORDER BY 1, 2;
