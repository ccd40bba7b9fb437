-- Which of these items are there, for this caller and in a range, and the days of the visits they check.
-- param ids bigint[]: items
-- param lo bigint: first key
-- param hi bigint: key after the last
SELECT id, visit_day FROM spotcheck_item WHERE id = ANY(%(ids)s) AND cell_key >= %(lo)s AND cell_key < %(hi)s;
