-- The tree of areas: province 2, city 4, county 6, town 9, community 12 digits, each version with its dates.
CREATE TABLE area (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    code        text NOT NULL CHECK (code ~ '^[0-9]+$'),
    level       smallint NOT NULL CHECK (level IN (2, 4, 6, 9, 12) AND level = length(code)),
    key         bigint NOT NULL,
    keys        int8range NOT NULL,
    parent_key  bigint,
    name        text NOT NULL,
    name_en     text,
    code_alt    text,
    geom        geometry(MultiPolygon, 4326) NOT NULL,
    area_m2     double precision NOT NULL,
    valid       daterange NOT NULL,
    predecessor bigint REFERENCES area,
    source_id   bigint NOT NULL REFERENCES source,
    source_crs  text NOT NULL,
    batch_id    bigint REFERENCES import_batch,
    CONSTRAINT area_one_a_day EXCLUDE USING gist (key WITH =, valid WITH &&)
);
CREATE INDEX area_geom ON area USING gist (geom);
CREATE INDEX area_parent ON area (parent_key);
CREATE INDEX area_code_alt ON area (code_alt);
COMMENT ON TABLE area IS 'class=open: administrative areas';
COMMENT ON COLUMN area.id IS 'public: number of this version';
COMMENT ON COLUMN area.code IS 'public: GB/T 2260 and 10114 code; beginning 99: fictional or foreign';
COMMENT ON COLUMN area.level IS 'public: digits of the code';
COMMENT ON COLUMN area.key IS 'public: lowest key inside';
COMMENT ON COLUMN area.keys IS 'public: all keys inside';
COMMENT ON COLUMN area.parent_key IS 'public: key of the nearest area above that is loaded';
COMMENT ON COLUMN area.name IS 'public: name';
COMMENT ON COLUMN area.name_en IS 'public: English name';
COMMENT ON COLUMN area.code_alt IS 'public: the source''s own code';
COMMENT ON COLUMN area.geom IS 'public: shape';
COMMENT ON COLUMN area.area_m2 IS 'public: m²';
COMMENT ON COLUMN area.valid IS 'public: from–to';
COMMENT ON COLUMN area.predecessor IS 'public: the version before';
COMMENT ON COLUMN area.source_id IS 'internal: list';
COMMENT ON COLUMN area.source_crs IS 'internal: coordinate system of the file';
COMMENT ON COLUMN area.batch_id IS 'internal: import that wrote it last';
