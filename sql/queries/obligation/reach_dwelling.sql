-- Dwellings that changed visits were to: to the door, to a household behind it, to somebody who lives there.
-- needs: obligation/stage_change, obligation/stage_touched
-- param activity text[]: activities that count
INSERT INTO stage_touched (id, day)
WITH told AS (SELECT * FROM stage_change WHERE activity = ANY(%(activity)s))
SELECT target_id AS id, day FROM told WHERE target = 'dwelling'
UNION
SELECT h.dwelling_id, c.day FROM told c JOIN household h ON h.id = c.target_id WHERE c.target = 'household'
UNION
SELECT p.dwelling_id, c.day FROM told c JOIN person p ON p.id = c.target_id WHERE c.target = 'person'
ORDER BY 1;
