-- Table of this transaction: rows of the file that the list has already.
CREATE TEMP TABLE stage_known (
    row_no bigint,
    id bigint,
    changed boolean
) ON COMMIT DROP;
