-- Names of the officers of a range, whether they are officers now and the day from which they are no more, also of those
-- above it who have a post in it.
-- param lo bigint: first key
-- param hi bigint: key after the last
SELECT o.id, o.number, o.name, o.ended IS NULL AND o.merged_into IS NULL AS there,
       CASE WHEN o.merged_into IS NULL THEN o.ended END AS ended
FROM officer o
WHERE o.cell_key >= %(lo)s AND o.cell_key < %(hi)s
   OR EXISTS (SELECT FROM post p WHERE p.officer_id = o.id AND p.cell_key >= %(lo)s AND p.cell_key < %(hi)s);
