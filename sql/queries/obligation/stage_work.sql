-- Table of this transaction: the obligations to work out.
CREATE TEMP TABLE stage_work (
    target_id bigint NOT NULL,
    opens     date NOT NULL,
    due       date NOT NULL,
    until     date NOT NULL,
    cell_key  bigint NOT NULL
) ON COMMIT DROP;
