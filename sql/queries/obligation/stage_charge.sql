-- Table of this transaction: who is in charge of what, from when to when (the first day after it).
CREATE TEMP TABLE stage_charge (
    cell_key bigint NOT NULL,
    starts   date NOT NULL,
    stops    date NOT NULL,
    post_id  bigint NOT NULL
) ON COMMIT DROP;
