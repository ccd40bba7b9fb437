-- Save a mapping of columns; one with the same name is replaced.
-- param cell_key bigint: key of the area
-- param kind text: kind of record
-- param name text: name
-- param shape text: hash of the names of the columns
-- param columns jsonb: field to column
-- param user_id bigint: who
INSERT INTO column_map (cell_key, kind, name, shape, columns, created_by)
VALUES (%(cell_key)s, %(kind)s, %(name)s, %(shape)s, %(columns)s, %(user_id)s)
ON CONFLICT (cell_key, kind, name) DO UPDATE
SET shape = EXCLUDED.shape, columns = EXCLUDED.columns, created_by = EXCLUDED.created_by, created_at = now()
RETURNING id;
