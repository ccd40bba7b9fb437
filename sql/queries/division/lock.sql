-- Hold a draft while it is published.
-- param division_id bigint: number
SELECT status FROM division WHERE id = %(division_id)s FOR UPDATE;
