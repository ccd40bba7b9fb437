-- Visits that give a key and not what it is of: the one kind of thing that is called so. Residents are not looked for: who
-- visits them says so.
-- needs: visit/stage, visit/named
-- param targets text[]: kinds of target
-- param activities text[]: what a visit to each was for, where the row does not say
UPDATE stage_visit s SET target = k.target, personal = false,
    activity = CASE WHEN s.guessed LIKE '%%activity%%' THEN a.activity ELSE s.activity END,
    mode = CASE WHEN s.guessed LIKE '%%mode%%' THEN 'inspect' ELSE s.mode END
FROM (SELECT word, min(target) AS target FROM stage_named WHERE target NOT IN ('dwelling', 'household', 'person', 'area')
      GROUP BY word HAVING count(*) = 1) k
JOIN unnest(%(targets)s::text[], %(activities)s::text[]) AS a (target, activity) ON a.target = k.target
WHERE s.guessed IS NOT NULL AND s.target_key = k.word;
