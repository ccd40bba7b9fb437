-- Table of this transaction: the obligations to work out.
CREATE TEMP TABLE stage_work (
    target_id bigint NOT NULL,
    opens     date NOT NULL,
    until     date NOT NULL
) ON COMMIT DROP;
