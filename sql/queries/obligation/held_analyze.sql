-- The planner learns how many posts there are.
-- needs: obligation/stage_held
ANALYZE stage_held;
