-- Visits to a building that was there on that day and is no more; a name that two buildings had on that day names none.
-- needs: visit/stage
-- param lo bigint: first key
-- param hi bigint: key after the last
WITH wanted AS (
    SELECT row_no, day, app_door(estate, building_no, street, housenumber) AS door FROM stage_visit WHERE building_id IS NULL),
called AS (
    SELECT id, ended, app_door(estate, building_no, NULL, NULL) AS door FROM building
    WHERE cell_key >= %(lo)s AND cell_key < %(hi)s AND kind = 'building' AND merged_into IS NULL
    UNION ALL
    SELECT id, ended, app_door(NULL, NULL, street, housenumber) FROM building
    WHERE cell_key >= %(lo)s AND cell_key < %(hi)s AND kind = 'building' AND merged_into IS NULL)
UPDATE stage_visit s SET building_id = t.id
FROM (
    SELECT w.row_no, min(c.id) AS id
    FROM wanted w
    JOIN called c ON c.door = w.door AND (c.ended IS NULL OR c.ended > w.day)
    WHERE w.door IS NOT NULL
    GROUP BY w.row_no HAVING count(DISTINCT c.id) = 1) t
WHERE t.row_no = s.row_no;
