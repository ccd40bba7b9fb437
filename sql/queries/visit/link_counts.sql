-- What became of the places of visits, how many patrols do not say how long they took, and how many visits have no record
-- where one of the obligations that they were for asks for it.
-- needs: visit/stage
SELECT count(*) FILTER (WHERE lon IS NULL) AS unlocated,
       count(*) FILTER (WHERE assign_status = 'outside') AS outside,
       count(*) FILTER (WHERE cell_alt IS NOT NULL) AS border,
       count(*) FILTER (WHERE building_id IS NULL AND app_door(estate, building_no, street, housenumber) IS NOT NULL)
           AS no_building,
       count(*) FILTER (WHERE activity = 'patrol' AND minutes IS NULL) AS no_minutes,
       count(*) FILTER (WHERE document IS NULL AND EXISTS (
           SELECT FROM rule r JOIN obligation o ON o.rule_id = r.id
           WHERE r.document AND r.target = v.target AND v.activity = ANY(r.activity) AND o.target_id = v.target_id
             AND v.day BETWEEN o.opens AND COALESCE(o.until, 'infinity') AND o.fulfilled_on IS NULL)) AS no_document
FROM stage_visit v;
