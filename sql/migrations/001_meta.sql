-- Facts of the installation that never change by themselves (time zone), and the order of ground changes.
CREATE TABLE meta (
    key   text PRIMARY KEY,
    value text NOT NULL
);
COMMENT ON TABLE meta IS 'class=open: facts of the installation';
COMMENT ON COLUMN meta.key IS 'public: name of the fact';
COMMENT ON COLUMN meta.value IS 'public: the fact';

-- Counts publications of divisions and imports of areas. A writer that assigned cells under an older number does so
-- again before it writes. A sequence, not a row: it is read without a lock.
CREATE SEQUENCE ground_version;

COMMENT ON TABLE schema_migration IS 'class=open: migrations that were applied';
COMMENT ON COLUMN schema_migration.name IS 'public: name of the file';
COMMENT ON COLUMN schema_migration.sha256 IS 'public: its hash';
COMMENT ON COLUMN schema_migration.applied_at IS 'public: when';
