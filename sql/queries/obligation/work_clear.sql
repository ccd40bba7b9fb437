-- Ready for the next rule.
-- needs: obligation/stage_touched, obligation/stage_work, obligation/stage_hit, obligation/stage_fact
TRUNCATE stage_touched, stage_work, stage_hit, stage_fact;
