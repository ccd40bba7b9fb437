-- Spellings that were decided in an area or in one around it: what each is, NULL where it is a name of its own.
-- param lo bigint: first key
-- param hi bigint: key after the last
-- param around bigint[]: keys of the areas around it
SELECT DISTINCT ON (entity, text) entity, text, answer ->> 'name' AS name
FROM review
WHERE what = 'spelling' AND state <> 'open'
  AND ((cell_key >= %(lo)s AND cell_key < %(hi)s) OR cell_key = ANY(%(around)s))
ORDER BY entity, text, decided_at DESC;
