-- What became of the places of a list whose rows name their building.
-- needs: stage
SELECT count(*) FILTER (WHERE lon IS NULL) AS unlocated,
       count(*) FILTER (WHERE assign_status = 'outside') AS outside,
       count(*) FILTER (WHERE cell_alt IS NOT NULL) AS border,
       count(*) FILTER (WHERE building_id IS NULL AND app_door(estate, building_no, street, housenumber) IS NOT NULL)
           AS no_building
FROM {stage};
