-- Table of this transaction that rejected rows are copied into.
CREATE TEMP TABLE stage_reject (
    row_no bigint,
    field text,
    value text,
    reason text,
    row jsonb
) ON COMMIT DROP;
