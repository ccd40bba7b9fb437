-- Photos and documents of records, seen by whoever sees the record: key and class of protection follow it.
CREATE TABLE attachment (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    entity     text NOT NULL,
    record_id  bigint NOT NULL,
    cell_key   bigint NOT NULL,
    personal   boolean NOT NULL,
    name       text NOT NULL,
    media      text NOT NULL CHECK (media IN ('image/jpeg', 'application/pdf')),
    size       integer NOT NULL,
    sha256     bytea NOT NULL,
    body       bytea NOT NULL,
    created_by bigint NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (entity, record_id, sha256)
);
-- photos and documents are compressed already
ALTER TABLE attachment ALTER COLUMN body SET STORAGE EXTERNAL;
CREATE INDEX attachment_key ON attachment (cell_key);
COMMENT ON TABLE attachment IS 'class=scope: photos and documents of records';
COMMENT ON COLUMN attachment.id IS 'internal: number';
COMMENT ON COLUMN attachment.entity IS 'internal: kind of the record';
COMMENT ON COLUMN attachment.record_id IS 'internal: the record';
COMMENT ON COLUMN attachment.cell_key IS 'internal: cell of the record';
COMMENT ON COLUMN attachment.personal IS 'internal: the record is about a dwelling, household or person';
COMMENT ON COLUMN attachment.name IS 'personal: name of the file';
COMMENT ON COLUMN attachment.media IS 'internal: type of content';
COMMENT ON COLUMN attachment.size IS 'internal: bytes';
COMMENT ON COLUMN attachment.sha256 IS 'internal: hash of what was sent, so that sending again stores nothing twice';
COMMENT ON COLUMN attachment.body IS 'personal: the content, without what cameras write into it';
COMMENT ON COLUMN attachment.created_by IS 'internal: user';
COMMENT ON COLUMN attachment.created_at IS 'internal: when';
