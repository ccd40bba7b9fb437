-- Officers that a word names: their number, or a name. One's own without a word.
-- param word text: number of service or name; nothing for the caller's own
-- param ever boolean: also those who are none any more
-- param user_id bigint: the caller's account
SELECT o.id, o.number, o.name, o.phone, o.cell_key, COALESCE(o.user_id = %(user_id)s, false) AS own FROM officer o
WHERE (%(ever)s OR o.ended IS NULL) AND o.merged_into IS NULL
  AND (o.number = %(word)s OR o.name = %(word)s OR (%(word)s::text IS NULL AND o.user_id = %(user_id)s))
ORDER BY o.number, o.id;
