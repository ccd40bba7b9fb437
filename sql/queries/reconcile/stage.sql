-- Table of this transaction: rows of the roll and the records of the base that they are.
CREATE TEMP TABLE stage_pair (
    row_no bigint,
    id bigint
) ON COMMIT DROP;
