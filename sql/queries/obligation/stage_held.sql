-- Table of this transaction: posts in charge of a cell or an area, the first day after them, and the place of their kind
-- among those that can be in charge.
CREATE TEMP TABLE stage_held (
    id       bigint NOT NULL,
    cell_key bigint NOT NULL,
    cover    boolean NOT NULL,
    starts   date NOT NULL,
    stops    date NOT NULL,
    place    integer NOT NULL
) ON COMMIT DROP;
