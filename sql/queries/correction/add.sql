-- A new correction.
-- param cell_key bigint: key of the record
-- param personal boolean: it is about residents
-- param entity text: kind of record
-- param record_id bigint: record
-- param version text: state that it was read in
-- param fields jsonb: field to new value
-- param note text: why
-- param user_id bigint: who
INSERT INTO correction (cell_key, personal, entity, record_id, version, fields, note, created_by)
VALUES (%(cell_key)s, %(personal)s, %(entity)s, %(record_id)s, %(version)s, %(fields)s, %(note)s, %(user_id)s)
RETURNING id;
