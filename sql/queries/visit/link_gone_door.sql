-- Visits to a building that was there on that day and is no more; a name that two such buildings had names none.
-- needs: visit/stage
-- param lo bigint: first key
-- param hi bigint: key after the last
WITH gone AS (
    SELECT id, ended, app_door(estate, building_no, NULL, NULL) AS door FROM building
    WHERE cell_key >= %(lo)s AND cell_key < %(hi)s AND kind = 'building' AND ended IS NOT NULL AND merged_into IS NULL
    UNION ALL
    SELECT id, ended, app_door(NULL, NULL, street, housenumber) FROM building
    WHERE cell_key >= %(lo)s AND cell_key < %(hi)s AND kind = 'building' AND ended IS NOT NULL AND merged_into IS NULL)
UPDATE stage_visit s SET building_id = t.id
FROM (
    SELECT v.row_no, min(g.id) AS id
    FROM stage_visit v
    JOIN gone g ON g.door = app_door(v.estate, v.building_no, v.street, v.housenumber) AND g.ended > v.day
    WHERE v.building_id IS NULL
    GROUP BY v.row_no HAVING count(*) = 1) t
WHERE t.row_no = s.row_no;
