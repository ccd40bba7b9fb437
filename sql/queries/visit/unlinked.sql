-- Visits that answer a line of a form whose target is not here.
-- needs: visit/stage
SELECT row_no, 'task' AS field, task AS value FROM stage_visit WHERE task_id IS NOT NULL AND target_id IS NULL
ORDER BY row_no;
