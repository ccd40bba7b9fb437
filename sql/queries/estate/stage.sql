-- Table of this transaction that the estates of a file are copied into.
CREATE TEMP TABLE stage_estate (
    row_no bigint,
    source_key text,
    name text,
    kind text,
    property_firm text,
    geom geometry,
    cell_key bigint,
    cell_alt bigint,
    assign_status text,
    located_by text,
    accuracy_m real
) ON COMMIT DROP;
