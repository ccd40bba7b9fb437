-- What state a record is in; nobody changes it until this transaction ends.
-- param id bigint: number
SELECT xmin::text AS version FROM {table} WHERE id = %(id)s FOR UPDATE;
