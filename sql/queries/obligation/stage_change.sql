-- Table of this transaction: what the visits that changed were to.
CREATE TEMP TABLE stage_change (
    target    text NOT NULL,
    target_id bigint NOT NULL,
    day       date NOT NULL,
    activity  text
) ON COMMIT DROP;
