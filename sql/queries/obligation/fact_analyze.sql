-- The planner learns how many obligations have visits.
-- needs: obligation/stage_fact
ANALYZE stage_fact;
