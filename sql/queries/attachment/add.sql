-- A new attachment; the same content again is the one that is there.
-- param entity text: kind of the record
-- param record_id bigint: the record
-- param cell_key bigint: its cell
-- param personal boolean: whether the record is about a dwelling, household or person
-- param name text: name of the file
-- param media text: type of content
-- param size integer: bytes
-- param sha256 bytea: hash of what was sent
-- param body bytea: content
-- param created_by bigint: user
INSERT INTO attachment (entity, record_id, cell_key, personal, name, media, size, sha256, body, created_by)
VALUES (%(entity)s, %(record_id)s, %(cell_key)s, %(personal)s, %(name)s, %(media)s, %(size)s, %(sha256)s, %(body)s,
        %(created_by)s)
ON CONFLICT (entity, record_id, sha256) DO NOTHING
RETURNING id;
