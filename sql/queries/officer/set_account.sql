-- Whose account it is.
-- param id bigint: the officer
-- param user_id bigint: account
UPDATE officer SET user_id = %(user_id)s WHERE id = %(id)s AND user_id IS NULL;
