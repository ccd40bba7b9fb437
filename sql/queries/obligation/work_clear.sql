-- Ready for the next rule.
-- needs: obligation/stage_work, obligation/stage_hit, obligation/stage_fact
TRUNCATE stage_work, stage_hit, stage_fact;
