-- Key ranges of the areas that an import wrote.
-- param batch_id bigint: the import
SELECT lower(keys) AS lo, upper(keys) AS hi, code FROM area WHERE batch_id = %(batch_id)s;
