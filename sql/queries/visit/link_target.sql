-- What each visit was to: the record, cell or area with the key that it gives.
-- needs: visit/stage, visit/named
UPDATE stage_visit s SET target_id = n.id
FROM stage_named n
WHERE s.target_id IS NULL AND s.target = n.target AND s.target_key = n.word AND (n.ended IS NULL OR n.ended > s.day);
