-- Table of this transaction that differences are copied into.
CREATE TEMP TABLE stage_difference (
    cell_key bigint,
    personal boolean,
    what text,
    record_id bigint,
    version text,
    row_no bigint,
    fields text[],
    row jsonb
) ON COMMIT DROP;
