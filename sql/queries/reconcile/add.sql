-- A new comparison.
-- param cell_key bigint: key of the area
-- param kind text: kind of record
-- param name text: list that new records go to
-- param file_name text: name of the file
-- param file_sha256 text: SHA-256 of the file
-- param source_crs text: coordinate system of the file
-- param day_first boolean: whether it writes the day before the month
-- param mapping jsonb: field to column
-- param counts jsonb: how many of each
-- param personal boolean: it is about residents
-- param user_id bigint: who
INSERT INTO reconciliation (cell_key, kind, name, file_name, file_sha256, source_crs, day_first, mapping, counts, personal,
                            created_by)
VALUES (%(cell_key)s, %(kind)s, %(name)s, %(file_name)s, %(file_sha256)s, %(source_crs)s, %(day_first)s, %(mapping)s, %(counts)s,
        %(personal)s, %(user_id)s)
RETURNING id;
