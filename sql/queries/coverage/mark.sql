-- The sums of cells and months for which obligations were just written are no longer right.
-- needs: obligation/stage_work
INSERT INTO coverage_stale (cell_key, month)
SELECT DISTINCT cell_key, date_trunc('month', due)::date FROM stage_work;
