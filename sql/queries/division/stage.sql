-- Table of this transaction that the cells of a draft are copied into.
CREATE TEMP TABLE stage_cell (
    ordinal integer,
    kind text,
    code_alt text,
    name text,
    geom geometry,
    area_m2 double precision,
    load double precision
) ON COMMIT DROP;
