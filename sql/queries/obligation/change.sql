-- What visits changed since the last time, taken out of the list.
-- needs: obligation/stage_change
WITH gone AS (DELETE FROM visit_change RETURNING target, target_id, day, activity)
INSERT INTO stage_change SELECT DISTINCT target, target_id, day, activity FROM gone
ORDER BY 1, 2, 3;  -- neighbours in a row: their pages are read once
