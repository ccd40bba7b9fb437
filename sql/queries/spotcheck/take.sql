-- Results of checks; those that are there already are written over.
-- param ids bigint[]: items
-- param results text[]: what was found
-- param notes text[]: in words
-- param days date[]: when
UPDATE spotcheck_item i SET result = u.result, note = u.note, checked_on = u.day
FROM unnest(%(ids)s::bigint[], %(results)s::text[], %(notes)s::text[], %(days)s::date[]) u (id, result, note, day)
WHERE i.id = u.id
RETURNING i.id;
