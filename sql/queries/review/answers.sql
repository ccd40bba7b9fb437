-- Addresses that were decided for one of these areas, the latest decision last: everything, or some texts.
-- param areas bigint[]: keys of an area and of those around it: what was decided for a part of it may be wrong elsewhere
-- param texts text[]: the texts, or none for all
SELECT text, answer - 'alias' AS answer FROM review
WHERE what = 'address' AND state IN ('accepted', 'corrected', 'taught')
  AND cell_key = ANY(%(areas)s) AND (%(texts)s::text[] IS NULL OR text = ANY(%(texts)s))
ORDER BY decided_at;
