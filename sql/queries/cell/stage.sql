-- Table of this transaction: which cell each shape of a draft becomes.
CREATE TEMP TABLE stage_identity (
    ordinal integer,
    cell_key bigint,
    code text,
    code_alt text,
    name text,
    kind text,
    is_new boolean
) ON COMMIT DROP;
