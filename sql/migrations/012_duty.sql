-- Who does the work, on which ground, and what was done.
CREATE TABLE record_common (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    cell_key      bigint NOT NULL,
    cell_alt      bigint,
    assign_status text,
    located_by    text,
    accuracy_m    real,
    ended         date,
    end_reason    text,
    merged_into   bigint,
    source_id     bigint NOT NULL,
    source_key    text NOT NULL,
    source_crs    text NOT NULL,
    batch_id      bigint NOT NULL,
    UNIQUE (source_id, source_key)
);
CREATE INDEX ON record_common (cell_key);
CREATE INDEX ON record_common (batch_id);
COMMENT ON COLUMN record_common.id IS 'internal: number';
COMMENT ON COLUMN record_common.cell_key IS 'internal: cell, or area where there is no cell; 0 outside every area';
COMMENT ON COLUMN record_common.cell_alt IS 'internal: second candidate';
COMMENT ON COLUMN record_common.assign_status IS 'internal: inside, border, overlap, outside; none without a place';
COMMENT ON COLUMN record_common.located_by IS 'internal: how the place was found';
COMMENT ON COLUMN record_common.accuracy_m IS 'internal: metres';
COMMENT ON COLUMN record_common.ended IS 'internal: first day on which it is no more';
COMMENT ON COLUMN record_common.end_reason IS 'internal: code of the reason (end_reason)';
COMMENT ON COLUMN record_common.merged_into IS 'internal: the record that this one turned out to be';
COMMENT ON COLUMN record_common.source_id IS 'internal: list';
COMMENT ON COLUMN record_common.source_key IS 'internal: key in the list';
COMMENT ON COLUMN record_common.source_crs IS 'internal: coordinate system of the file';
COMMENT ON COLUMN record_common.batch_id IS 'internal: import that wrote it last';

CREATE TABLE officer (
    name    text NOT NULL,
    number  text,
    phone   text,
    user_id bigint,
    LIKE record_common INCLUDING ALL
);
CREATE UNIQUE INDEX officer_user ON officer (user_id) WHERE user_id IS NOT NULL;
CREATE INDEX officer_number ON officer (number);
COMMENT ON TABLE officer IS 'class=scope: people who do the work of the grid';
COMMENT ON COLUMN officer.name IS 'internal: name';
COMMENT ON COLUMN officer.number IS 'internal: number of service';
COMMENT ON COLUMN officer.phone IS 'internal: telephone of service';
COMMENT ON COLUMN officer.user_id IS 'internal: account';

CREATE TABLE post (
    officer_id  bigint,
    kind        text NOT NULL,
    target      text NOT NULL CHECK (target IN ('area', 'cell', 'building', 'unit')),
    building_id bigint,
    unit_no     text,
    starts      date NOT NULL,
    ends        date,
    cover       boolean NOT NULL DEFAULT false,
    LIKE record_common INCLUDING ALL,
    CHECK (ends >= starts)
);
CREATE INDEX post_officer ON post (officer_id, starts);
COMMENT ON TABLE post IS 'class=scope: who is in charge of what, from when to when';
COMMENT ON COLUMN post.officer_id IS 'internal: officer';
COMMENT ON COLUMN post.kind IS 'internal: code (post_kind)';
COMMENT ON COLUMN post.target IS 'internal: area, cell, building, unit; only the first two give sight of records';
COMMENT ON COLUMN post.building_id IS 'internal: building';
COMMENT ON COLUMN post.unit_no IS 'internal: stairwell';
COMMENT ON COLUMN post.starts IS 'internal: first day';
COMMENT ON COLUMN post.ends IS 'internal: last day';
COMMENT ON COLUMN post.cover IS 'internal: stands in for somebody';

CREATE TABLE visit (
    at         timestamptz NOT NULL,
    day        date NOT NULL,
    officer_id bigint,
    mode       text NOT NULL,
    outcome    text NOT NULL,
    target     text NOT NULL,
    target_id  bigint,
    minutes    integer,
    note       text,
    personal   boolean NOT NULL,
    geom       geometry(Point, 4326),
    LIKE record_common INCLUDING ALL
);
CREATE INDEX visit_target ON visit (target, target_id, day);
CREATE INDEX visit_day ON visit (cell_key, day);
CREATE INDEX visit_officer ON visit (officer_id, day);
COMMENT ON TABLE visit IS 'class=scope: what an officer did, where, when, with which outcome';
COMMENT ON COLUMN visit.at IS 'internal: when';
COMMENT ON COLUMN visit.day IS 'internal: that day in the installation''s zone';
COMMENT ON COLUMN visit.officer_id IS 'internal: who';
COMMENT ON COLUMN visit.mode IS 'internal: code (visit_mode)';
COMMENT ON COLUMN visit.outcome IS 'internal: code (visit_outcome)';
COMMENT ON COLUMN visit.target IS 'internal: kind of what was visited';
COMMENT ON COLUMN visit.target_id IS 'internal: record that was visited';
COMMENT ON COLUMN visit.minutes IS 'internal: how long';
COMMENT ON COLUMN visit.note IS 'personal: free text';
COMMENT ON COLUMN visit.personal IS 'internal: a dwelling, household or person was visited';
COMMENT ON COLUMN visit.geom IS 'internal: place; none when only the area is known';

DROP TABLE record_common;
