-- Forget a mapping.
-- param id bigint: number
DELETE FROM column_map WHERE id = %(id)s;
