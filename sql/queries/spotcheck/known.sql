-- Which of these items are there, for this caller.
-- param ids bigint[]: items
SELECT id FROM spotcheck_item WHERE id = ANY(%(ids)s);
