-- Households that changed visits were to: to them, to their door, to one of their people.
-- needs: obligation/stage_change, obligation/stage_touched
-- param activity text[]: activities that count
INSERT INTO stage_touched (id, day)
WITH told AS (SELECT * FROM stage_change WHERE activity = ANY(%(activity)s))
SELECT target_id AS id, day FROM told WHERE target = 'household'
UNION
SELECT h.id, c.day FROM told c JOIN household h ON h.dwelling_id = c.target_id WHERE c.target = 'dwelling'
UNION
SELECT p.household_id, c.day FROM told c JOIN person p ON p.id = c.target_id WHERE c.target = 'person'
ORDER BY 1;
