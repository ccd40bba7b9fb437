-- Buildings that an import wrote.
-- param batch_id bigint: the import
SELECT id FROM building WHERE batch_id = %(batch_id)s;
