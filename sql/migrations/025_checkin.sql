-- Check-ins of officers on their patrols: at points with a printed code, and where a walk begins and ends. Minutes are
-- worked out from them (docs/coverage.md) and written as visits; these rows go after their time (retention).
CREATE TABLE checkin (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    cell_key   bigint NOT NULL,
    officer_id bigint NOT NULL,
    at         timestamptz NOT NULL DEFAULT now(),
    kind       text NOT NULL CHECK (kind IN ('start', 'point', 'stop')),
    target     text,
    target_id  bigint,
    lon        double precision,
    lat        double precision,
    far_m      real,
    CHECK ((kind = 'point') = (target_id IS NOT NULL))
);
CREATE INDEX checkin_officer ON checkin (officer_id, at);
COMMENT ON TABLE checkin IS 'class=scope: where officers checked in on their patrols';
COMMENT ON COLUMN checkin.id IS 'internal: number';
COMMENT ON COLUMN checkin.cell_key IS 'internal: cell';
COMMENT ON COLUMN checkin.officer_id IS 'internal: officer';
COMMENT ON COLUMN checkin.at IS 'internal: when';
COMMENT ON COLUMN checkin.kind IS 'internal: begin, point or end of a walk';
COMMENT ON COLUMN checkin.target IS 'internal: kind of the point';
COMMENT ON COLUMN checkin.target_id IS 'internal: point';
COMMENT ON COLUMN checkin.lon IS 'internal: where the point is';
COMMENT ON COLUMN checkin.lat IS 'internal: where the point is';
COMMENT ON COLUMN checkin.far_m IS 'internal: metres between telephone and point; none where it did not say where it was';
