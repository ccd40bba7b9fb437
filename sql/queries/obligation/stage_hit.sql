-- Table of this transaction: visits that may close them.
CREATE TEMP TABLE stage_hit (
    target_id bigint NOT NULL,
    opens     date NOT NULL,
    visit_id  bigint NOT NULL
) ON COMMIT DROP;
