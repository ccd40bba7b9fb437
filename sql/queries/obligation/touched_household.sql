-- Obligations to households that changed visits may close.
-- needs: obligation/stage_work, obligation/stage_change
-- param rule_id integer: rule
-- param activity text[]: activities that count
INSERT INTO stage_work
WITH told AS (SELECT * FROM stage_change WHERE activity = ANY(%(activity)s))
SELECT DISTINCT o.target_id, o.opens, o.due, COALESCE(o.until, 'infinity'), o.cell_key
FROM (SELECT target_id AS id, day FROM told WHERE target = 'household'
    UNION
    SELECT h.id, c.day FROM told c JOIN household h ON h.dwelling_id = c.target_id WHERE c.target = 'dwelling'
    UNION
    SELECT p.household_id, c.day FROM told c JOIN person p ON p.id = c.target_id WHERE c.target = 'person') c
CROSS JOIN LATERAL (
    SELECT x.target_id, x.opens, x.due, x.until, x.cell_key FROM obligation x
    WHERE x.rule_id = %(rule_id)s AND x.target_id = c.id AND x.opens <= c.day AND COALESCE(x.until, 'infinity') >= c.day
    OFFSET 0) o;  -- one look by index for each, whatever the planner believes
