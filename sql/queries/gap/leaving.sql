-- People who leave when a person, a household or everybody behind a door has moved away by a day.
-- param target text: kind of target
-- param target_id bigint: target
-- param day date: the day
SELECT id FROM person
WHERE ended IS NULL AND merged_into IS NULL AND (moved_in IS NULL OR moved_in <= %(day)s)
  AND CASE %(target)s WHEN 'person' THEN id WHEN 'household' THEN household_id ELSE dwelling_id END = %(target_id)s
ORDER BY id;
