-- A division is one versioned partition of an area; a cell is an identity (key, code, name), a cell_version a shape.
CREATE TABLE division (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    area_code    text NOT NULL,
    keys         int8range NOT NULL,
    purpose      text NOT NULL DEFAULT 'basic' CHECK (purpose IN ('basic', 'special')),
    name         text NOT NULL,
    method       text NOT NULL,
    params       jsonb NOT NULL DEFAULT '{}',
    figures      jsonb NOT NULL DEFAULT '{}',
    status       text NOT NULL DEFAULT 'draft' CHECK (status IN ('draft', 'published', 'retired')),
    valid        daterange,
    created_by   bigint NOT NULL,
    created_at   timestamptz NOT NULL DEFAULT now(),
    published_by bigint,
    published_at timestamptz,
    CHECK ((status = 'draft') = (valid IS NULL)),
    -- one point has one basic cell a day
    CONSTRAINT division_one_a_day EXCLUDE USING gist (keys WITH &&, valid WITH &&)
        WHERE (purpose = 'basic' AND status <> 'draft')
);
CREATE INDEX division_area ON division (area_code, id DESC);
COMMENT ON TABLE division IS 'class=open: partitions of areas into cells';
COMMENT ON COLUMN division.id IS 'public: number';
COMMENT ON COLUMN division.area_code IS 'public: the area that is divided';
COMMENT ON COLUMN division.keys IS 'public: all keys inside that area';
COMMENT ON COLUMN division.purpose IS 'public: basic or special cells';
COMMENT ON COLUMN division.name IS 'public: name';
COMMENT ON COLUMN division.method IS 'public: how it was made';
COMMENT ON COLUMN division.params IS 'public: with which settings';
COMMENT ON COLUMN division.figures IS 'public: loads, gaps, overlaps at the time it was made';
COMMENT ON COLUMN division.status IS 'public: draft, published, retired';
COMMENT ON COLUMN division.valid IS 'public: from–to';
COMMENT ON COLUMN division.created_by IS 'internal: user';
COMMENT ON COLUMN division.created_at IS 'public: when';
COMMENT ON COLUMN division.published_by IS 'internal: user';
COMMENT ON COLUMN division.published_at IS 'public: when';

CREATE TABLE cell (
    key       bigint PRIMARY KEY,
    area_code text NOT NULL,
    code      text NOT NULL UNIQUE,
    code_alt  text,
    name      text NOT NULL,
    kind      text NOT NULL DEFAULT 'basic',
    born      date NOT NULL,
    ended     date,
    UNIQUE (area_code, name)
);
CREATE INDEX cell_code_alt ON cell (code_alt);
COMMENT ON TABLE cell IS 'class=open: grid cells as identities';
COMMENT ON COLUMN cell.key IS 'public: code12 * 8192 + sequence; never given twice';
COMMENT ON COLUMN cell.area_code IS 'public: the lowest area it lies in';
COMMENT ON COLUMN cell.code IS 'public: code for people';
COMMENT ON COLUMN cell.code_alt IS 'public: the office''s own code';
COMMENT ON COLUMN cell.name IS 'public: name, unique in its area';
COMMENT ON COLUMN cell.kind IS 'public: basic, or code of the kind of special cell (cell_kind)';
COMMENT ON COLUMN cell.born IS 'public: first day';
COMMENT ON COLUMN cell.ended IS 'public: day after the last';

CREATE TABLE cell_version (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    division_id bigint NOT NULL REFERENCES division ON DELETE CASCADE,
    ordinal     integer NOT NULL,
    kind        text NOT NULL DEFAULT 'basic',
    cell_key    bigint REFERENCES cell ON UPDATE CASCADE,
    code_alt    text,
    name        text,
    geom        geometry(Geometry, 4326) NOT NULL,
    area_m2     double precision NOT NULL,
    load        double precision,
    valid       daterange,
    was_key     bigint,
    UNIQUE (division_id, ordinal),
    CHECK ((cell_key IS NULL) = (valid IS NULL)),
    CONSTRAINT cell_version_one_a_day EXCLUDE USING gist (cell_key WITH =, valid WITH &&)
);
CREATE INDEX cell_version_geom ON cell_version USING gist (geom);
CREATE INDEX cell_version_key ON cell_version (cell_key);
COMMENT ON TABLE cell_version IS 'class=open: shapes of cells, by date';
COMMENT ON COLUMN cell_version.id IS 'public: number';
COMMENT ON COLUMN cell_version.division_id IS 'public: the division';
COMMENT ON COLUMN cell_version.ordinal IS 'public: place in reading order';
COMMENT ON COLUMN cell_version.kind IS 'public: basic, or code of the kind of special cell (cell_kind)';
COMMENT ON COLUMN cell_version.cell_key IS 'public: the cell; none while it is a draft';
COMMENT ON COLUMN cell_version.code_alt IS 'public: code in the file it was imported from';
COMMENT ON COLUMN cell_version.name IS 'public: name in the file it was imported from';
COMMENT ON COLUMN cell_version.geom IS 'public: shape';
COMMENT ON COLUMN cell_version.area_m2 IS 'public: m²';
COMMENT ON COLUMN cell_version.load IS 'public: what it held when it was made; none when that would tell of few residents';
COMMENT ON COLUMN cell_version.valid IS 'public: from–to';
COMMENT ON COLUMN cell_version.was_key IS 'public: the cell that a restored draft brings back';

-- Areas that were given another number: whoever still names the old one is led to the new one.
CREATE TABLE area_recode (
    id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    old_code text NOT NULL,
    new_code text NOT NULL,
    day      date NOT NULL,
    user_id  bigint NOT NULL
);
COMMENT ON TABLE area_recode IS 'class=open: areas that got another number';
COMMENT ON COLUMN area_recode.id IS 'public: number';
COMMENT ON COLUMN area_recode.old_code IS 'public: the number it had';
COMMENT ON COLUMN area_recode.new_code IS 'public: the number it has';
COMMENT ON COLUMN area_recode.day IS 'public: since when';
COMMENT ON COLUMN area_recode.user_id IS 'internal: user';
