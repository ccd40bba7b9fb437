-- What became of the places of visits, and how many patrols do not say how long they took.
-- needs: visit/stage
SELECT count(*) FILTER (WHERE lon IS NULL) AS unlocated,
       count(*) FILTER (WHERE assign_status = 'outside') AS outside,
       count(*) FILTER (WHERE cell_alt IS NOT NULL) AS border,
       count(*) FILTER (WHERE building_id IS NULL AND app_door(estate, building_no, street, housenumber) IS NOT NULL)
           AS no_building,
       count(*) FILTER (WHERE activity = 'patrol' AND minutes IS NULL) AS no_minutes
FROM stage_visit;
