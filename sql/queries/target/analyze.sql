-- The planner learns how many targets there are.
-- needs: target/stage
ANALYZE stage_target;
