-- Table of this transaction: who is in charge of what, from when to when (the first day after it); of a single
-- target in it where there is one.
CREATE TEMP TABLE stage_charge (
    cell_key  bigint NOT NULL,
    target_id bigint,
    starts    date NOT NULL,
    stops     date NOT NULL,
    post_id   bigint NOT NULL
) ON COMMIT DROP;
