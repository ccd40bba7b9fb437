-- Find the household that each person belongs to: by its number, otherwise the one of her dwelling.
-- needs: person/stage, link/homes
UPDATE stage_person s SET household_id = k.id
FROM stage_home k
WHERE s.household_id IS NULL AND k.home = app_home(s.dwelling_id, s.household_no);
