-- What the ground looks like: open to whoever is logged in.
CREATE TABLE base_feature (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    layer      text NOT NULL CHECK (layer IN ('road', 'rail', 'water', 'landuse', 'poi', 'barrier')),
    kind       text NOT NULL,
    detail     text,
    name       text,
    tunnel     boolean NOT NULL DEFAULT false,
    geom       geometry(Geometry, 4326) NOT NULL,
    source_id  bigint NOT NULL,
    source_key text NOT NULL,
    source_crs text NOT NULL,
    batch_id   bigint NOT NULL,
    UNIQUE (source_id, source_key)
);
CREATE INDEX base_feature_geom ON base_feature USING gist (geom);
CREATE INDEX base_feature_batch ON base_feature (batch_id);
COMMENT ON TABLE base_feature IS 'class=open: roads, railways, water, land use, points of interest, walls';
COMMENT ON COLUMN base_feature.id IS 'public: number';
COMMENT ON COLUMN base_feature.layer IS 'public: road, rail, water, landuse, poi, barrier';
COMMENT ON COLUMN base_feature.kind IS 'public: kind inside the layer, as drawn';
COMMENT ON COLUMN base_feature.detail IS 'public: the source''s own kind';
COMMENT ON COLUMN base_feature.name IS 'public: name';
COMMENT ON COLUMN base_feature.tunnel IS 'public: below the ground';
COMMENT ON COLUMN base_feature.geom IS 'public: shape';
COMMENT ON COLUMN base_feature.source_id IS 'internal: list';
COMMENT ON COLUMN base_feature.source_key IS 'internal: key in the list';
COMMENT ON COLUMN base_feature.source_crs IS 'internal: coordinate system of the file';
COMMENT ON COLUMN base_feature.batch_id IS 'internal: import that wrote it last';

CREATE TABLE estate (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name          text NOT NULL,
    kind          text,
    property_firm text,
    geom          geometry(Geometry, 4326),
    cell_key      bigint NOT NULL,
    cell_alt      bigint,
    assign_status text,
    located_by    text,
    accuracy_m    real,
    source_id     bigint NOT NULL,
    source_key    text NOT NULL,
    source_crs    text NOT NULL,
    batch_id      bigint NOT NULL,
    UNIQUE (source_id, source_key)
);
CREATE INDEX estate_geom ON estate USING gist (geom);
CREATE INDEX estate_key ON estate (cell_key);
CREATE INDEX estate_batch ON estate (batch_id);
COMMENT ON TABLE estate IS 'class=open: estates and hamlets';
COMMENT ON COLUMN estate.id IS 'public: number';
COMMENT ON COLUMN estate.name IS 'public: name';
COMMENT ON COLUMN estate.kind IS 'public: 商品房, 老旧, 安置, 三无, 自建';
COMMENT ON COLUMN estate.property_firm IS 'public: property firm';
COMMENT ON COLUMN estate.geom IS 'public: shape or place';
COMMENT ON COLUMN estate.cell_key IS 'public: cell of its inner point';
COMMENT ON COLUMN estate.cell_alt IS 'public: second candidate';
COMMENT ON COLUMN estate.assign_status IS 'public: inside, border, overlap, outside';
COMMENT ON COLUMN estate.located_by IS 'public: how the place was found';
COMMENT ON COLUMN estate.accuracy_m IS 'public: metres';
COMMENT ON COLUMN estate.source_id IS 'internal: list';
COMMENT ON COLUMN estate.source_key IS 'internal: key in the list';
COMMENT ON COLUMN estate.source_crs IS 'internal: coordinate system of the file';
COMMENT ON COLUMN estate.batch_id IS 'internal: import that wrote it last';

CREATE TABLE building (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name          text,
    kind          text NOT NULL DEFAULT 'building',
    use           text,
    floors        smallint,
    height        real,
    units         smallint,
    households    integer,
    estate        text,
    street        text,
    housenumber   text,
    building_no   text,
    address       text,
    shape         geometry(Geometry, 4326),
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
    UNIQUE (source_id, source_key)
);
CREATE INDEX building_shape ON building USING gist (shape);
CREATE INDEX building_geom ON building USING gist (geom);
CREATE INDEX building_key ON building (cell_key);
CREATE INDEX building_batch ON building (batch_id);
COMMENT ON TABLE building IS 'class=open: buildings with footprint and address, without anybody in them';
COMMENT ON COLUMN building.id IS 'public: number';
COMMENT ON COLUMN building.name IS 'public: name';
COMMENT ON COLUMN building.kind IS 'public: building, or building_part, which counts for nothing';
COMMENT ON COLUMN building.use IS 'public: use';
COMMENT ON COLUMN building.floors IS 'public: floors';
COMMENT ON COLUMN building.height IS 'public: metres';
COMMENT ON COLUMN building.units IS 'public: stairwells';
COMMENT ON COLUMN building.households IS 'public: dwellings it was built for';
COMMENT ON COLUMN building.estate IS 'public: name of the estate';
COMMENT ON COLUMN building.street IS 'public: street';
COMMENT ON COLUMN building.housenumber IS 'public: house number';
COMMENT ON COLUMN building.building_no IS 'public: number in the estate';
COMMENT ON COLUMN building.address IS 'public: address as it came';
COMMENT ON COLUMN building.shape IS 'public: footprint';
COMMENT ON COLUMN building.geom IS 'public: a point inside';
COMMENT ON COLUMN building.cell_key IS 'public: cell of that point';
COMMENT ON COLUMN building.cell_alt IS 'public: second candidate';
COMMENT ON COLUMN building.assign_status IS 'public: inside, border, overlap, outside';
COMMENT ON COLUMN building.h3 IS 'public: H3 index of resolution 10';
COMMENT ON COLUMN building.located_by IS 'public: how the place was found';
COMMENT ON COLUMN building.accuracy_m IS 'public: metres';
COMMENT ON COLUMN building.source_id IS 'internal: list';
COMMENT ON COLUMN building.source_key IS 'internal: key in the list';
COMMENT ON COLUMN building.source_crs IS 'internal: coordinate system of the file';
COMMENT ON COLUMN building.batch_id IS 'internal: import that wrote it last';

CREATE TABLE address (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    text          text NOT NULL,
    name          text,
    street        text,
    housenumber   text,
    estate        text,
    building_no   text,
    unit          text,
    geom          geometry(Point, 4326),
    cell_key      bigint NOT NULL,
    cell_alt      bigint,
    assign_status text,
    located_by    text,
    accuracy_m    real,
    source_id     bigint NOT NULL,
    source_key    text NOT NULL,
    source_crs    text NOT NULL,
    batch_id      bigint NOT NULL,
    UNIQUE (source_id, source_key)
);
CREATE INDEX address_geom ON address USING gist (geom);
CREATE INDEX address_key ON address (cell_key);
CREATE INDEX address_batch ON address (batch_id);
COMMENT ON TABLE address IS 'class=open: addresses down to the house number, building and stairwell';
COMMENT ON COLUMN address.id IS 'public: number';
COMMENT ON COLUMN address.text IS 'public: address as it came';
COMMENT ON COLUMN address.name IS 'public: name of the place';
COMMENT ON COLUMN address.street IS 'public: street';
COMMENT ON COLUMN address.housenumber IS 'public: house number';
COMMENT ON COLUMN address.estate IS 'public: estate';
COMMENT ON COLUMN address.building_no IS 'public: number in the estate';
COMMENT ON COLUMN address.unit IS 'public: stairwell';
COMMENT ON COLUMN address.geom IS 'public: place';
COMMENT ON COLUMN address.cell_key IS 'public: cell';
COMMENT ON COLUMN address.cell_alt IS 'public: second candidate';
COMMENT ON COLUMN address.assign_status IS 'public: inside, border, overlap, outside';
COMMENT ON COLUMN address.located_by IS 'public: how the place was found';
COMMENT ON COLUMN address.accuracy_m IS 'public: metres';
COMMENT ON COLUMN address.source_id IS 'internal: list';
COMMENT ON COLUMN address.source_key IS 'internal: key in the list';
COMMENT ON COLUMN address.source_crs IS 'internal: coordinate system of the file';
COMMENT ON COLUMN address.batch_id IS 'internal: import that wrote it last';
