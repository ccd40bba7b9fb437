-- Whose posts are.
-- param ids bigint[]: posts
SELECT id, officer_id FROM post WHERE id = ANY(%(ids)s);
