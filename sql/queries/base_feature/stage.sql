-- Table of this transaction that the base features of a file are copied into.
CREATE TEMP TABLE stage_base_feature (
    row_no bigint,
    source_key text,
    layer text,
    kind text,
    detail text,
    name text,
    tunnel boolean,
    geom geometry
) ON COMMIT DROP;
