-- The planner learns how many there are to work out.
-- needs: obligation/stage_work
ANALYZE stage_work;
