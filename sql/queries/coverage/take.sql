-- Take the cells and months that wait out of the list.
-- needs: coverage/stage
WITH gone AS (DELETE FROM coverage_stale RETURNING cell_key, month)
INSERT INTO stage_stale SELECT DISTINCT cell_key, month FROM gone ORDER BY 1, 2;
