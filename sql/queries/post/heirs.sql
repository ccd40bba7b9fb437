-- Table of this transaction: the cell that took over most doors of one that ends.
CREATE TEMP TABLE stage_heir (old bigint, heir bigint) ON COMMIT DROP;
