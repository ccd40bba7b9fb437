-- Targets of a kind that is visited as itself, of a cell or an area, that changed visits were to.
-- needs: obligation/stage_change, obligation/stage_touched
-- param activity text[]: activities that count
-- param target text: kind of target
INSERT INTO stage_touched (id, day)
WITH told AS (SELECT * FROM stage_change WHERE activity = ANY(%(activity)s))
SELECT target_id AS id, day FROM told WHERE target = %(target)s;
