-- Sums that are worked out again.
-- needs: coverage/stage
DELETE FROM coverage_sum s USING stage_stale t WHERE s.cell_key = t.cell_key AND s.month = t.month;
