-- One row a list (宝塔社区居民台账) or device; records of a source are unique by its own key, so import and API share
-- one idempotency. A list belongs to one area and nobody outside that area's scope can write to it.
CREATE TABLE source (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    cell_key   bigint NOT NULL,
    kind       text NOT NULL,
    name       text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (cell_key, kind, name)
);
COMMENT ON TABLE source IS 'class=scope: lists and devices that records come from';
COMMENT ON COLUMN source.id IS 'internal: number';
COMMENT ON COLUMN source.cell_key IS 'internal: key of the area the list belongs to';
COMMENT ON COLUMN source.kind IS 'internal: kind of record in it';
COMMENT ON COLUMN source.name IS 'internal: name of the list';
COMMENT ON COLUMN source.created_at IS 'internal: first import';

CREATE TABLE import_batch (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    source_id   bigint NOT NULL REFERENCES source,
    cell_key    bigint NOT NULL,
    kind        text NOT NULL,
    file_name   text NOT NULL,
    file_sha256 text NOT NULL,
    source_crs  text NOT NULL,
    mapping     jsonb NOT NULL,
    counts      jsonb NOT NULL,
    report      jsonb NOT NULL DEFAULT '{}',
    state       text NOT NULL DEFAULT 'applied' CHECK (state IN ('applied', 'undone')),
    created_by  bigint NOT NULL,
    by_name     text DEFAULT NULLIF(current_setting('app.user_name', true), ''),
    created_at  timestamptz NOT NULL DEFAULT now(),
    undone_by   bigint,
    undone_at   timestamptz
);
CREATE INDEX import_batch_source ON import_batch (source_id, id DESC);
COMMENT ON TABLE import_batch IS 'class=scope: one import of one file';
COMMENT ON COLUMN import_batch.id IS 'internal: number';
COMMENT ON COLUMN import_batch.source_id IS 'internal: the list';
COMMENT ON COLUMN import_batch.cell_key IS 'internal: key of the area the list belongs to';
COMMENT ON COLUMN import_batch.kind IS 'internal: kind of record';
COMMENT ON COLUMN import_batch.file_name IS 'internal: name of the file, without its folder';
COMMENT ON COLUMN import_batch.file_sha256 IS 'internal: SHA-256 of the file';
COMMENT ON COLUMN import_batch.source_crs IS 'internal: coordinate system the file was read in';
COMMENT ON COLUMN import_batch.mapping IS 'internal: field to column';
COMMENT ON COLUMN import_batch.counts IS 'internal: new, changed, same, rejected, outside …';
COMMENT ON COLUMN import_batch.report IS 'internal: what was noticed';
COMMENT ON COLUMN import_batch.state IS 'internal: applied or undone';
COMMENT ON COLUMN import_batch.created_by IS 'internal: user';
COMMENT ON COLUMN import_batch.by_name IS 'internal: what the user was called then';
COMMENT ON COLUMN import_batch.created_at IS 'internal: when';
COMMENT ON COLUMN import_batch.undone_by IS 'internal: user';
COMMENT ON COLUMN import_batch.undone_at IS 'internal: when';

CREATE TABLE import_reject (
    id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    batch_id bigint NOT NULL REFERENCES import_batch ON DELETE CASCADE,
    cell_key bigint NOT NULL,
    row_no   bigint NOT NULL,
    field    text NOT NULL,
    value    text,
    reason   text NOT NULL,
    row      jsonb NOT NULL
);
CREATE INDEX import_reject_batch ON import_reject (batch_id, row_no);
COMMENT ON TABLE import_reject IS 'class=scope: rows that were not taken, with the reason';
COMMENT ON COLUMN import_reject.id IS 'internal: number';
COMMENT ON COLUMN import_reject.batch_id IS 'internal: the import';
COMMENT ON COLUMN import_reject.cell_key IS 'internal: key of the area the list belongs to';
COMMENT ON COLUMN import_reject.row_no IS 'internal: row in the file, as a spreadsheet counts';
COMMENT ON COLUMN import_reject.field IS 'internal: column at fault';
COMMENT ON COLUMN import_reject.value IS 'personal: value at fault';
COMMENT ON COLUMN import_reject.reason IS 'internal: code of the reason in the message catalogue';
COMMENT ON COLUMN import_reject.row IS 'personal: the whole row as it came, refused columns left out';

-- How the columns of a list were understood, by name: used again for the next file of the same form.
CREATE TABLE column_map (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    cell_key   bigint NOT NULL,
    kind       text NOT NULL,
    name       text NOT NULL,
    shape      text NOT NULL,
    columns    jsonb NOT NULL,
    created_by bigint NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (cell_key, kind, name)
);
CREATE INDEX column_map_shape ON column_map (kind, shape);
COMMENT ON TABLE column_map IS 'class=scope: saved mappings of columns';
COMMENT ON COLUMN column_map.id IS 'internal: number';
COMMENT ON COLUMN column_map.cell_key IS 'internal: key of the area it is for';
COMMENT ON COLUMN column_map.kind IS 'internal: kind of record';
COMMENT ON COLUMN column_map.name IS 'internal: name';
COMMENT ON COLUMN column_map.shape IS 'internal: hash of the names of the columns of such a file';
COMMENT ON COLUMN column_map.columns IS 'internal: field to column';
COMMENT ON COLUMN column_map.created_by IS 'internal: user';
COMMENT ON COLUMN column_map.created_at IS 'internal: saved';
