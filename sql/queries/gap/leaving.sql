-- Who leaves when a person, a household or everybody behind a door has moved away by a day.
-- param target text: kind of target
-- param target_id bigint: target
-- param day date: the day
SELECT 'person' AS kind, id FROM person
WHERE ended IS NULL AND merged_into IS NULL AND (moved_in IS NULL OR moved_in <= %(day)s)
  AND CASE %(target)s WHEN 'person' THEN id WHEN 'household' THEN household_id ELSE dwelling_id END = %(target_id)s
UNION ALL
SELECT 'household', h.id FROM household h
WHERE h.ended IS NULL AND h.merged_into IS NULL
  AND CASE %(target)s WHEN 'household' THEN h.id WHEN 'dwelling' THEN h.dwelling_id END = %(target_id)s
  AND NOT EXISTS (SELECT FROM person p WHERE p.household_id = h.id AND p.ended IS NULL AND p.moved_in > %(day)s)
ORDER BY kind DESC, id;
