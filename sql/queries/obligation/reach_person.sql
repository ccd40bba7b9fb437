-- Residents that changed visits were to: to them, to their household, to their door.
-- needs: obligation/stage_change, obligation/stage_touched
-- param activity text[]: activities that count
INSERT INTO stage_touched (id, day)
WITH told AS (SELECT * FROM stage_change WHERE activity = ANY(%(activity)s))
SELECT target_id AS id, day FROM told WHERE target = 'person'
UNION
SELECT p.id, c.day FROM told c JOIN person p ON p.household_id = c.target_id WHERE c.target = 'household'
UNION
SELECT p.id, c.day FROM told c JOIN person p ON p.dwelling_id = c.target_id WHERE c.target = 'dwelling'
ORDER BY 1;
