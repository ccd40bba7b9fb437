-- New, changed and unchanged areas of the file.
-- needs: area/stage
SELECT count(*) FILTER (WHERE known_id IS NULL) AS new, count(*) FILTER (WHERE changed) AS changed,
       count(*) FILTER (WHERE known_id IS NOT NULL AND NOT changed) AS same
FROM stage_area;
