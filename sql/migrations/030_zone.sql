-- Duty zones (责任区): ground or a stretch of water or street that somebody looks after, whatever the cells (保洁片区, 河段).
CREATE TABLE zone (
    name          text NOT NULL,
    class         text NOT NULL,
    operator      text,
    geom          geometry(Geometry, 4326),
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
CREATE INDEX zone_cell_key ON zone (cell_key);
CREATE INDEX zone_batch_id ON zone (batch_id);
CREATE INDEX zone_geom ON zone USING gist (geom);
COMMENT ON TABLE zone IS 'class=scope: duty zones, ground that a post is held on whatever the cells';
COMMENT ON COLUMN zone.name IS 'internal: name';
COMMENT ON COLUMN zone.class IS 'internal: code (zone_class)';
COMMENT ON COLUMN zone.operator IS 'internal: body in charge';
COMMENT ON COLUMN zone.geom IS 'internal: shape or place; none when only the area is known';
COMMENT ON COLUMN zone.id IS 'internal: number';
COMMENT ON COLUMN zone.cell_key IS 'internal: cell of a point inside it, or area where there is no cell; 0 outside every area';
COMMENT ON COLUMN zone.cell_alt IS 'internal: second candidate';
COMMENT ON COLUMN zone.assign_status IS 'internal: inside, border, overlap, outside; none without a place';
COMMENT ON COLUMN zone.located_by IS 'internal: how the place was found';
COMMENT ON COLUMN zone.accuracy_m IS 'internal: metres';
COMMENT ON COLUMN zone.ended IS 'internal: first day on which it is no more';
COMMENT ON COLUMN zone.end_reason IS 'internal: code of the reason (end_reason)';
COMMENT ON COLUMN zone.merged_into IS 'internal: the record that this one turned out to be';
COMMENT ON COLUMN zone.source_id IS 'internal: list';
COMMENT ON COLUMN zone.source_key IS 'internal: key in the list';
COMMENT ON COLUMN zone.source_crs IS 'internal: coordinate system of the file';
COMMENT ON COLUMN zone.batch_id IS 'internal: import that wrote it last';

ALTER TABLE rule DROP CONSTRAINT rule_target_check;
ALTER TABLE rule ADD CONSTRAINT rule_target_check CHECK (target IN ('area', 'cell', 'estate', 'building', 'unit',
    'dwelling', 'household', 'person', 'hazard', 'hazard_source', 'organisation', 'component', 'facility', 'zone'));

ALTER TABLE post DROP CONSTRAINT post_target_check;
ALTER TABLE post ADD CONSTRAINT post_target_check
    CHECK (target IN ('area', 'cell', 'subcell', 'building', 'unit', 'zone'));
ALTER TABLE post ADD COLUMN zone_id bigint;
CREATE INDEX post_zone ON post (zone_id) WHERE zone_id IS NOT NULL;
COMMENT ON COLUMN post.zone_id IS 'internal: duty zone';
COMMENT ON COLUMN post.target IS
    'internal: area, cell, subcell, building, unit, zone; only the first two give sight of records';
