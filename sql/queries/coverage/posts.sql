-- Whose posts are, as columns.
-- param ids bigint[]: posts
SELECT array_agg(p.id) AS id, array_agg(p.officer_id) AS officer_id
FROM unnest(%(ids)s::bigint[]) AS i (id)
JOIN post p ON p.id = i.id;
