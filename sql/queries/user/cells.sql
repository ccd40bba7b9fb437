-- Keys of a person's own cells.
-- param id bigint: user
SELECT unnest(cells) AS key FROM app_user WHERE id = %(id)s;
