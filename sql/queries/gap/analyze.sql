-- Row security hides sizes from the planner; this table's it may know.
-- needs: gap/stage
ANALYZE stage_gap;
