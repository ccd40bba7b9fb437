-- Table of this transaction: what belongs to which subcell from now on.
CREATE TEMP TABLE stage_member (
    cell_key bigint,
    number smallint,
    known_id bigint,
    building_id bigint,
    unit_no text
) ON COMMIT DROP;
