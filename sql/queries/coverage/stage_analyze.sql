-- How many there are.
-- needs: coverage/stage
ANALYZE stage_stale;
