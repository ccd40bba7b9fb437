-- The planner learns how many visits there are to look at.
-- needs: obligation/stage_hit
ANALYZE stage_hit;
