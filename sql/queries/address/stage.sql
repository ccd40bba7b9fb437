-- Table of this transaction that the addresses of a file are copied into.
CREATE TEMP TABLE stage_address (
    row_no bigint,
    source_key text,
    text text,
    name text,
    street text,
    housenumber text,
    estate text,
    building_no text,
    unit text,
    lon double precision,
    lat double precision,
    cell_key bigint,
    cell_alt bigint,
    assign_status text,
    located_by text,
    accuracy_m real
) ON COMMIT DROP;
