-- Table of this transaction: new places.
CREATE TEMP TABLE stage_places (
    kind text, ref_id bigint, mark text, level text, name text, road text, road2 text, number text, house text,
    first integer, last integer, label text, area text, accuracy_m real, lon float8, lat float8
) ON COMMIT DROP;
