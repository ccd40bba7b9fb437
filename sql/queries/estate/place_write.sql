-- Write the cells of estates that are still where they were when they were assigned.
-- needs: place/stage
UPDATE estate e SET cell_key = s.cell_key, cell_alt = s.cell_alt, assign_status = s.assign_status
FROM stage_place s
WHERE e.id = s.id AND ST_X(ST_PointOnSurface(e.geom)) = s.lon AND ST_Y(ST_PointOnSurface(e.geom)) = s.lat
  AND (e.cell_key, e.cell_alt, e.assign_status) IS DISTINCT FROM (s.cell_key, s.cell_alt, s.assign_status);
