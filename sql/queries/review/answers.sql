-- Addresses that were decided, the latest decision last: everything, or some texts.
-- param texts text[]: the texts, or none for all
SELECT text, answer FROM review
WHERE what = 'address' AND state IN ('accepted', 'corrected', 'taught')
  AND (%(texts)s::text[] IS NULL OR text = ANY(%(texts)s))
ORDER BY decided_at;
