-- Ready for the next rule.
-- needs: obligation/stage_window, obligation/stage_work, obligation/stage_hit, target/stage
TRUNCATE stage_window, stage_work, stage_hit, stage_target;
