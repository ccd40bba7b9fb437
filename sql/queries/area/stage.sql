-- Table of this transaction that the areas of a file are copied into.
CREATE TEMP TABLE stage_area (
    row_no bigint,
    code text,
    level smallint,
    key bigint,
    lo bigint,
    hi bigint,
    name text,
    name_en text,
    code_alt text,
    geom geometry,
    area_m2 double precision,
    known_id bigint,
    changed boolean NOT NULL DEFAULT false
) ON COMMIT DROP;
