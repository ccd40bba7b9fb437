-- Table of this transaction: targets of a rule that changed visits were to, by day.
CREATE TEMP TABLE stage_touched (
    id  bigint,
    day date NOT NULL
) ON COMMIT DROP;
