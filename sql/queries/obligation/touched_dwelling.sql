-- Obligations to dwellings that changed visits may close.
-- needs: obligation/stage_work, obligation/stage_change
-- param rule_id integer: rule
INSERT INTO stage_work
SELECT DISTINCT o.target_id, o.opens, COALESCE(o.until, 'infinity')
FROM (SELECT target_id AS id, day FROM stage_change WHERE target = 'dwelling'
    UNION
    SELECT h.dwelling_id, c.day FROM stage_change c JOIN household h ON h.id = c.target_id WHERE c.target = 'household'
    UNION
    SELECT p.dwelling_id, c.day FROM stage_change c JOIN person p ON p.id = c.target_id WHERE c.target = 'person') c
JOIN obligation o ON o.rule_id = %(rule_id)s AND o.target_id = c.id AND c.day BETWEEN o.opens AND COALESCE(o.until, 'infinity');
