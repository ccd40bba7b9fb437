-- Table of this transaction: gaps as they are found.
CREATE TEMP TABLE stage_gap (
    kind      text NOT NULL,
    target    text NOT NULL,
    target_id bigint NOT NULL,
    rule      text NOT NULL,
    cell_key  bigint NOT NULL,
    personal  boolean NOT NULL,
    since     date,
    n         integer
) ON COMMIT DROP;
