-- Find the building that each row names; a row without a place of its own gets the building's.
-- needs: stage, link/doors
UPDATE {stage} s SET
    building_id = b.id,
    lon = COALESCE(s.lon, ST_X(b.geom)),
    lat = COALESCE(s.lat, ST_Y(b.geom)),
    cell_key = CASE WHEN s.lon IS NULL AND b.geom IS NOT NULL THEN b.cell_key ELSE s.cell_key END,
    cell_alt = CASE WHEN s.lon IS NULL AND b.geom IS NOT NULL THEN b.cell_alt ELSE s.cell_alt END,
    assign_status = CASE WHEN s.lon IS NULL AND b.geom IS NOT NULL THEN b.assign_status ELSE s.assign_status END,
    located_by = CASE WHEN s.lon IS NULL AND b.geom IS NOT NULL THEN 'address-exact' ELSE s.located_by END
FROM stage_door k
JOIN building b ON b.id = k.id
WHERE k.door = app_door(s.estate, s.building_no, s.street, s.housenumber);
