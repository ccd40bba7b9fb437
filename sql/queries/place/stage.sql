-- Table of this transaction: records and the cells they get.
CREATE TEMP TABLE stage_place (
    id bigint,
    lon double precision,
    lat double precision,
    cell_key bigint,
    cell_alt bigint,
    assign_status text
) ON COMMIT DROP;
