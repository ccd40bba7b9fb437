-- Obligations that changed visits may close, of a kind that is visited as itself, a cell or an area.
-- needs: obligation/stage_work, obligation/stage_change
-- param rule_id integer: rule
-- param target text: kind of target
INSERT INTO stage_work
SELECT DISTINCT o.target_id, o.opens, COALESCE(o.until, 'infinity')
FROM (SELECT target_id AS id, day FROM stage_change WHERE target = %(target)s) c
JOIN obligation o ON o.rule_id = %(rule_id)s AND o.target_id = c.id AND c.day BETWEEN o.opens AND COALESCE(o.until, 'infinity');
