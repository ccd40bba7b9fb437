-- Visits to a door or a building, by what was found of them.
-- needs: visit/stage
UPDATE stage_visit SET target_id = CASE target WHEN 'dwelling' THEN dwelling_id ELSE building_id END
WHERE target_id IS NULL AND target IN ('dwelling', 'building');
