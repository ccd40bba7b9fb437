-- Whose the posts of a range of numbers are, as columns.
-- param first bigint: the lowest number
-- param last bigint: the highest
SELECT array_agg(id) AS id, array_agg(officer_id) AS officer_id FROM post
WHERE id BETWEEN %(first)s AND %(last)s AND officer_id IS NOT NULL;
