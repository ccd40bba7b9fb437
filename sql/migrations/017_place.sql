-- The address base as it is searched: every place by the parts of its address, worked out from the records that are open
-- to everybody (buildings, addresses, estates, facilities, groups, areas, roads). It can be made anew at any time.
CREATE TABLE place (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind       text NOT NULL,
    ref_id     bigint NOT NULL,
    mark       text NOT NULL,
    level      text NOT NULL,
    name       text NOT NULL,
    road       text NOT NULL,
    road2      text NOT NULL,
    number     text NOT NULL,
    house      text NOT NULL,
    first      integer NOT NULL,
    last       integer NOT NULL,
    label      text NOT NULL,
    area       text NOT NULL,
    accuracy_m real NOT NULL,
    geom       geometry(Point, 4326) NOT NULL
);
CREATE INDEX place_ref ON place (kind, ref_id);
CREATE INDEX place_road ON place (road, first) WHERE road <> '';
CREATE INDEX place_name ON place (name) WHERE name <> '';
CREATE INDEX place_geom ON place USING gist (geom);
COMMENT ON TABLE place IS 'class=open: the address base as it is searched, worked out from open records';
COMMENT ON COLUMN place.id IS 'internal: number';
COMMENT ON COLUMN place.kind IS 'public: kind of the record, or road';
COMMENT ON COLUMN place.ref_id IS 'public: number of the record, 0 for roads';
COMMENT ON COLUMN place.mark IS 'internal: what the record said when this was worked out';
COMMENT ON COLUMN place.level IS 'public: building, number, intersection, poi, road, estate, group, community, town, county, none';
COMMENT ON COLUMN place.name IS 'public: name, in its one form';
COMMENT ON COLUMN place.road IS 'public: road, in its one form';
COMMENT ON COLUMN place.road2 IS 'public: the other road of a crossing';
COMMENT ON COLUMN place.number IS 'public: number at the road, in its one form';
COMMENT ON COLUMN place.house IS 'public: house, in its one form';
COMMENT ON COLUMN place.first IS 'public: the number as a number, -1 for none';
COMMENT ON COLUMN place.last IS 'public: last number of a range';
COMMENT ON COLUMN place.label IS 'public: as it is shown';
COMMENT ON COLUMN place.area IS 'public: code of the area it lies in, empty where it crosses several';
COMMENT ON COLUMN place.accuracy_m IS 'public: metres';
COMMENT ON COLUMN place.geom IS 'public: where';

-- Names that people use for a place and that no record bears: 一中 for 某市第一中学, 老电影院. Never a person's name.
CREATE TABLE place_alias (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name       text NOT NULL,
    target     text NOT NULL,
    geom       geometry(Point, 4326) NOT NULL,
    accuracy_m real NOT NULL,
    cell_key   bigint NOT NULL,
    created_by bigint NOT NULL,
    by_name    text DEFAULT NULLIF(current_setting('app.user_name', true), ''),
    created_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (name, cell_key)
);
COMMENT ON TABLE place_alias IS 'class=open: names that people use for a place';
COMMENT ON COLUMN place_alias.id IS 'public: number';
COMMENT ON COLUMN place_alias.name IS 'public: the name, in its one form';
COMMENT ON COLUMN place_alias.target IS 'public: the address that it stands for';
COMMENT ON COLUMN place_alias.geom IS 'public: where';
COMMENT ON COLUMN place_alias.accuracy_m IS 'public: metres';
COMMENT ON COLUMN place_alias.cell_key IS 'public: key of the area it lies in';
COMMENT ON COLUMN place_alias.created_by IS 'internal: user';
COMMENT ON COLUMN place_alias.by_name IS 'internal: what the user was called then';
COMMENT ON COLUMN place_alias.created_at IS 'internal: when';
