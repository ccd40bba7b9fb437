-- Table of this transaction: the targets of one rule, with the days on which they are targets.
CREATE TEMP TABLE stage_target (
    id       bigint NOT NULL,
    cell_key bigint NOT NULL,
    begins   date,
    ends     date
) ON COMMIT DROP;
