-- The planner learns how many visits changed.
-- needs: obligation/stage_change
ANALYZE stage_change;
