-- Spellings that were decided for one of these areas: what each is, NULL where it is a name of its own.
-- param areas bigint[]: keys of an area and of those around it: what was decided for a part of it may be wrong elsewhere
SELECT DISTINCT ON (entity, text) entity, text, answer ->> 'name' AS name
FROM review
WHERE what = 'spelling' AND state <> 'open' AND cell_key = ANY(%(areas)s)
ORDER BY entity, text, decided_at DESC;
