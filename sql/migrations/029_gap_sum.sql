-- How many gaps of each kind a cell has, so that a county's are not counted anew for every page. Each statement that writes
-- gaps adds a row with what it changed (sql/functions/gap_counted.sql); finding the gaps anew counts them again.
CREATE TABLE gap_sum (
    cell_key bigint NOT NULL,
    kind     text NOT NULL,
    personal boolean NOT NULL,
    gaps     integer NOT NULL
);
CREATE INDEX gap_sum_key ON gap_sum (cell_key) INCLUDE (kind, personal, gaps);
COMMENT ON TABLE gap_sum IS 'class=scope: gaps counted by cell and kind; the rows of one cell and kind add up';
COMMENT ON COLUMN gap_sum.cell_key IS 'internal: cell, or area where there is none';
COMMENT ON COLUMN gap_sum.kind IS 'internal: kind of gap';
COMMENT ON COLUMN gap_sum.personal IS 'internal: about a dwelling, household or person';
COMMENT ON COLUMN gap_sum.gaps IS 'internal: how many more, or fewer';

-- row security holds for the owner too; the setting ends with the migration
SELECT set_config('app.scope', '{[0,9007199254740992)}', true), set_config('app.person_scope', '{[0,9007199254740992)}', true);
INSERT INTO gap_sum (cell_key, kind, personal, gaps)
SELECT cell_key, kind, personal, count(*) FROM gap GROUP BY cell_key, kind, personal;
