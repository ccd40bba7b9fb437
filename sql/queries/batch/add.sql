-- A new import; its counts are written when they are known.
-- param source_id bigint: the list
-- param cell_key bigint: key of the area
-- param kind text: kind of record
-- param file_name text: name of the file
-- param file_sha256 text: SHA-256 of the file
-- param source_crs text: coordinate system it was read in
-- param mapping jsonb: field to column
-- param created_by bigint: user
-- param personal boolean: whether it is about residents
INSERT INTO import_batch (source_id, cell_key, kind, file_name, file_sha256, source_crs, mapping, counts, created_by,
                          personal)
VALUES (%(source_id)s, %(cell_key)s, %(kind)s, %(file_name)s, %(file_sha256)s, %(source_crs)s, %(mapping)s, '{}',
        %(created_by)s, %(personal)s)
RETURNING id;
