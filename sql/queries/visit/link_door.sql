-- Visits to a door or a building, by what was found of them; a key that nothing has is not made good by an address.
-- needs: visit/stage
UPDATE stage_visit SET target_id = CASE target WHEN 'dwelling' THEN dwelling_id ELSE building_id END
WHERE target_id IS NULL AND target IN ('dwelling', 'building') AND (target_key IS NULL OR guessed IS NULL);
