-- 微网格: sets of buildings, or of stairwells, of one cell.
CREATE TABLE subcell (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    cell_key   bigint NOT NULL,
    number     smallint NOT NULL CHECK (number BETWEEN 1 AND 999),
    name       text NOT NULL,
    born       date NOT NULL,
    ended      date,
    created_by bigint NOT NULL
);
CREATE UNIQUE INDEX subcell_number ON subcell (cell_key, number) WHERE ended IS NULL;
COMMENT ON TABLE subcell IS 'class=scope: subcells, sets of buildings or stairwells of one cell';
COMMENT ON COLUMN subcell.id IS 'internal: number here';
COMMENT ON COLUMN subcell.cell_key IS 'internal: cell';
COMMENT ON COLUMN subcell.number IS 'internal: number in the cell; its code is that of the cell and two digits';
COMMENT ON COLUMN subcell.name IS 'internal: name';
COMMENT ON COLUMN subcell.born IS 'internal: first day';
COMMENT ON COLUMN subcell.ended IS 'internal: day after the last';
COMMENT ON COLUMN subcell.created_by IS 'internal: user';

CREATE TABLE subcell_member (
    subcell_id  bigint NOT NULL REFERENCES subcell ON DELETE CASCADE,
    building_id bigint NOT NULL,
    unit_no     text NOT NULL DEFAULT '',
    cell_key    bigint NOT NULL,
    live        boolean NOT NULL DEFAULT true
);
CREATE UNIQUE INDEX subcell_member_once ON subcell_member (building_id, unit_no) WHERE live;
CREATE INDEX subcell_member_of ON subcell_member (subcell_id);
CREATE INDEX subcell_member_key ON subcell_member (cell_key);
COMMENT ON TABLE subcell_member IS 'class=scope: what belongs to a subcell';
COMMENT ON COLUMN subcell_member.subcell_id IS 'internal: subcell';
COMMENT ON COLUMN subcell_member.building_id IS 'internal: building';
COMMENT ON COLUMN subcell_member.unit_no IS 'internal: stairwell; empty: the whole building';
COMMENT ON COLUMN subcell_member.cell_key IS 'internal: cell of the subcell';
COMMENT ON COLUMN subcell_member.live IS 'internal: belongs to it still';

ALTER TABLE post DROP CONSTRAINT post_target_check;
ALTER TABLE post ADD CONSTRAINT post_target_check CHECK (target IN ('area', 'cell', 'subcell', 'building', 'unit'));
ALTER TABLE post ADD COLUMN subcell_id bigint;
COMMENT ON COLUMN post.subcell_id IS 'internal: subcell';
COMMENT ON COLUMN post.target IS 'internal: area, cell, subcell, building, unit; only the first two give sight of records';
