-- An address that was taken for a door's and names a building only.
-- needs: visit/stage
UPDATE stage_visit SET target = 'building', target_id = building_id, personal = false
WHERE target_id IS NULL AND guessed IS NOT NULL AND target_key IS NULL AND target = 'dwelling' AND building_id IS NOT NULL AND room IS NULL
      AND unit_no IS NULL;
