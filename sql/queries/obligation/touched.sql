-- Obligations that changed visits may close, of a kind that is visited as itself, a cell or an area.
-- needs: obligation/stage_work, obligation/stage_change
-- param rule_id integer: rule
-- param activity text[]: activities that count
-- param target text: kind of target
INSERT INTO stage_work
WITH told AS (SELECT * FROM stage_change WHERE activity = ANY(%(activity)s))
SELECT DISTINCT o.target_id, o.opens, o.due, COALESCE(o.until, 'infinity'), o.cell_key
FROM (SELECT target_id AS id, day FROM told WHERE target = %(target)s) c
JOIN obligation o ON o.rule_id = %(rule_id)s AND o.target_id = c.id AND c.day BETWEEN o.opens AND COALESCE(o.until, 'infinity');
