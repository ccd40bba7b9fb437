-- Table of this transaction that the rows of a file are copied into; its columns have the types of the table's own.
CREATE TEMP TABLE {stage} ON COMMIT DROP AS
SELECT 0::bigint AS row_no, source_key, 0::double precision AS lon, 0::double precision AS lat, {stage_columns}
FROM {table} WITH NO DATA;
