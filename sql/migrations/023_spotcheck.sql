-- Spot checks (回访): what was drawn, and whether what the list says was so.
CREATE TABLE spotcheck (
    id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    cell_key bigint NOT NULL,
    what     text NOT NULL CHECK (what IN ('visits', 'communities')),
    strata   text NOT NULL,
    n        integer NOT NULL CHECK (n > 0),
    seed     bigint NOT NULL,
    first    date NOT NULL,
    last     date NOT NULL,
    drawn_by bigint NOT NULL,
    by_name  text DEFAULT NULLIF(current_setting('app.user_name', true), ''),
    drawn_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE spotcheck IS 'class=scope: spot checks that were drawn';
COMMENT ON COLUMN spotcheck.id IS 'internal: number';
COMMENT ON COLUMN spotcheck.cell_key IS 'internal: key of the area that it was drawn from';
COMMENT ON COLUMN spotcheck.what IS 'internal: visits or communities';
COMMENT ON COLUMN spotcheck.strata IS 'internal: by what so many each were drawn';
COMMENT ON COLUMN spotcheck.n IS 'internal: how many each';
COMMENT ON COLUMN spotcheck.seed IS 'internal: the same seed draws the same';
COMMENT ON COLUMN spotcheck.first IS 'internal: first day of the visits';
COMMENT ON COLUMN spotcheck.last IS 'internal: last day of the visits';
COMMENT ON COLUMN spotcheck.drawn_by IS 'internal: user';
COMMENT ON COLUMN spotcheck.by_name IS 'internal: name of the user';
COMMENT ON COLUMN spotcheck.drawn_at IS 'internal: when';

CREATE TABLE spotcheck_item (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    spotcheck_id bigint NOT NULL REFERENCES spotcheck ON DELETE CASCADE,
    cell_key     bigint NOT NULL,
    personal     boolean NOT NULL,
    target       text NOT NULL,
    target_id    bigint NOT NULL,
    visit_id     bigint,
    visit_day    date,
    officer_id   bigint,
    result       text CHECK (result IN ('same', 'different', 'unreached')),
    note         text,
    checked_on   date
);
CREATE INDEX spotcheck_item_of ON spotcheck_item (spotcheck_id, id);
CREATE INDEX spotcheck_item_key ON spotcheck_item (cell_key, visit_day);
COMMENT ON TABLE spotcheck_item IS 'class=scope: what was drawn, one by one';
COMMENT ON COLUMN spotcheck_item.id IS 'internal: number';
COMMENT ON COLUMN spotcheck_item.spotcheck_id IS 'internal: the spot check';
COMMENT ON COLUMN spotcheck_item.cell_key IS 'internal: cell, or area';
COMMENT ON COLUMN spotcheck_item.personal IS 'internal: a dwelling, household or person';
COMMENT ON COLUMN spotcheck_item.target IS 'internal: kind of what is checked';
COMMENT ON COLUMN spotcheck_item.target_id IS 'internal: record, or key of a community';
COMMENT ON COLUMN spotcheck_item.visit_id IS 'internal: visit that is checked';
COMMENT ON COLUMN spotcheck_item.visit_day IS 'internal: its day';
COMMENT ON COLUMN spotcheck_item.officer_id IS 'internal: who made it';
COMMENT ON COLUMN spotcheck_item.result IS 'internal: as the list says, otherwise, or nobody was reached';
COMMENT ON COLUMN spotcheck_item.note IS 'personal: what was found';
COMMENT ON COLUMN spotcheck_item.checked_on IS 'internal: when it was checked';
