-- Ready for rules that are touched otherwise.
-- needs: obligation/stage_touched
TRUNCATE stage_touched;
