-- Classes are data: the shipped ones, and those that an import brought along under 其他(扩展).
CREATE TABLE event_class (
    id           smallint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    code         text NOT NULL UNIQUE CHECK (code ~ '^[0-9]{2}([0-9]{3})?$'),
    name         text NOT NULL,
    name_en      text,
    limit_amount smallint CHECK (limit_amount > 0),
    limit_unit   text CHECK (limit_unit IN ('h', 'd', 'wh', 'wd')),
    built_in     boolean NOT NULL DEFAULT false,
    origin       text,
    UNIQUE (name),
    CHECK ((limit_amount IS NULL) = (limit_unit IS NULL))
);
COMMENT ON TABLE event_class IS 'class=open: classes of events with their time limits';
COMMENT ON COLUMN event_class.id IS 'public: number';
COMMENT ON COLUMN event_class.code IS 'public: 2 digits major, 3 digits minor';
COMMENT ON COLUMN event_class.name IS 'public: name';
COMMENT ON COLUMN event_class.name_en IS 'public: English name';
COMMENT ON COLUMN event_class.limit_amount IS 'public: limit';
COMMENT ON COLUMN event_class.limit_unit IS 'public: h hours, d days, wh working hours, wd working days';
COMMENT ON COLUMN event_class.built_in IS 'public: shipped with gridsvc';
COMMENT ON COLUMN event_class.origin IS 'public: source of the class or of its limit';

CREATE TABLE event (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    class_id      smallint NOT NULL,
    title         text,
    description   text,
    address       text,
    channel       text,
    state         text NOT NULL CHECK (state IN ('open', 'closed', 'void')),
    status_text   text,
    reported_at   timestamptz NOT NULL,
    day           date NOT NULL,
    due_at        timestamptz,
    due_given     boolean NOT NULL DEFAULT false,
    closed_at     timestamptz,
    area_given    text,
    geom          geometry(Point, 4326),
    cell_key      bigint NOT NULL,
    cell_alt      bigint,
    assign_status text,
    h3            bigint,
    located_by    text,
    accuracy_m    real,
    source_id     bigint NOT NULL,
    source_key    text NOT NULL,
    source_crs    text NOT NULL,
    batch_id      bigint NOT NULL,
    CHECK (state <> 'closed' OR closed_at IS NOT NULL),
    UNIQUE (source_id, source_key)
);
CREATE INDEX event_key ON event (cell_key, class_id, day);
CREATE INDEX event_class_day ON event (class_id, day) INCLUDE (cell_key, h3);
CREATE INDEX event_geom ON event USING gist (geom);
COMMENT ON TABLE event IS 'class=scope: what happened and wants handling';
COMMENT ON COLUMN event.id IS 'internal: number';
COMMENT ON COLUMN event.class_id IS 'internal: class';
COMMENT ON COLUMN event.title IS 'internal: title';
COMMENT ON COLUMN event.description IS 'personal: free text, may name somebody';
COMMENT ON COLUMN event.address IS 'internal: place in words';
COMMENT ON COLUMN event.channel IS 'internal: how it was reported';
COMMENT ON COLUMN event.state IS 'internal: open, closed, void';
COMMENT ON COLUMN event.status_text IS 'internal: status in the source''s words';
COMMENT ON COLUMN event.reported_at IS 'internal: when it was reported';
COMMENT ON COLUMN event.day IS 'internal: that day in the installation''s zone';
COMMENT ON COLUMN event.due_at IS 'internal: to be closed before';
COMMENT ON COLUMN event.due_given IS 'internal: the source gave the limit, not the class';
COMMENT ON COLUMN event.closed_at IS 'internal: when it was closed';
COMMENT ON COLUMN event.area_given IS 'internal: area in the source''s words';
COMMENT ON COLUMN event.geom IS 'internal: place; none when only the area is known';
COMMENT ON COLUMN event.cell_key IS 'internal: cell, or area where there is no cell; 0 outside every area';
COMMENT ON COLUMN event.cell_alt IS 'internal: second candidate';
COMMENT ON COLUMN event.assign_status IS 'internal: inside, border, overlap, outside; none without a place';
COMMENT ON COLUMN event.h3 IS 'internal: H3 index of resolution 10';
COMMENT ON COLUMN event.located_by IS 'internal: how the place was found';
COMMENT ON COLUMN event.accuracy_m IS 'internal: metres';
COMMENT ON COLUMN event.source_id IS 'internal: list';
COMMENT ON COLUMN event.source_key IS 'internal: key in the list';
COMMENT ON COLUMN event.source_crs IS 'internal: coordinate system of the file';
COMMENT ON COLUMN event.batch_id IS 'internal: import that wrote it last';

-- Events a cell, class and month. Writers append to rollup_delta (no shared row, no lock), readers add it, a job folds it.
CREATE TABLE rollup (
    cell_key bigint NOT NULL,
    class_id smallint NOT NULL,
    month    date NOT NULL,
    n        integer NOT NULL,
    PRIMARY KEY (cell_key, class_id, month)
);
COMMENT ON TABLE rollup IS 'class=scope: events a cell, class and month';
COMMENT ON COLUMN rollup.cell_key IS 'internal: cell';
COMMENT ON COLUMN rollup.class_id IS 'internal: class';
COMMENT ON COLUMN rollup.month IS 'internal: first of the month';
COMMENT ON COLUMN rollup.n IS 'internal: events';

CREATE TABLE rollup_delta (
    cell_key bigint NOT NULL,
    class_id smallint NOT NULL,
    month    date NOT NULL,
    n        integer NOT NULL
);
COMMENT ON TABLE rollup_delta IS 'class=scope: changes of the rollup that are not folded yet';
COMMENT ON COLUMN rollup_delta.cell_key IS 'internal: cell';
COMMENT ON COLUMN rollup_delta.class_id IS 'internal: class';
COMMENT ON COLUMN rollup_delta.month IS 'internal: first of the month';
COMMENT ON COLUMN rollup_delta.n IS 'internal: events more (or less)';
