-- The planner learns how many spans there are.
-- needs: obligation/stage_charge
ANALYZE stage_charge;
