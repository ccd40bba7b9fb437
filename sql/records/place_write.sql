-- Write the cells of records that are still where they were when they were assigned.
-- needs: place/stage
UPDATE {table} e SET cell_key = s.cell_key, cell_alt = s.cell_alt, assign_status = s.assign_status
FROM stage_place s
WHERE e.id = s.id AND ST_X({point}) = s.lon AND ST_Y({point}) = s.lat
  AND (e.cell_key, e.cell_alt, e.assign_status) IS DISTINCT FROM (s.cell_key, s.cell_alt, s.assign_status);
