-- Visits to a building that was there on that day and is no more; a name that two buildings had on that day names none.
-- needs: visit/stage
-- param lo bigint: first key
-- param hi bigint: key after the last
WITH wanted AS MATERIALIZED (
    SELECT v.row_no, v.day, d.door FROM stage_visit v, app_door(v.estate, v.building_no, v.street, v.housenumber) AS d (door)
    WHERE v.building_id IS NULL AND d.door IS NOT NULL),
called AS (
    SELECT id, ended, app_door(estate, building_no, NULL, NULL) AS door FROM building
    WHERE cell_key >= %(lo)s AND cell_key < %(hi)s AND kind = 'building' AND merged_into IS NULL
      AND EXISTS (SELECT FROM wanted)  -- mostly there is none, and the names of all buildings are much to work out
    UNION ALL
    SELECT id, ended, app_door(NULL, NULL, street, housenumber) FROM building
    WHERE cell_key >= %(lo)s AND cell_key < %(hi)s AND kind = 'building' AND merged_into IS NULL AND EXISTS (SELECT FROM wanted))
UPDATE stage_visit s SET building_id = t.id
FROM (
    SELECT w.row_no, min(c.id) AS id
    FROM wanted w
    JOIN called c ON c.door = w.door AND (c.ended IS NULL OR c.ended > w.day)
    GROUP BY w.row_no HAVING count(DISTINCT c.id) = 1) t
WHERE t.row_no = s.row_no;
