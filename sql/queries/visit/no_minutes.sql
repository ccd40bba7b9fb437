-- Patrols that do not say how long they took.
-- needs: visit/stage
SELECT count(*) FROM stage_visit WHERE activity = 'patrol' AND minutes IS NULL;
