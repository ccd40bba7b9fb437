-- Visits to a door that was there on that day and is no more.
-- needs: visit/stage
-- param lo bigint: first key
-- param hi bigint: key after the last
UPDATE stage_visit s SET dwelling_id = t.id
FROM (
    SELECT v.row_no, min(d.id) AS id
    FROM stage_visit v
    JOIN dwelling d ON app_room(d.building_id, d.unit_no, d.room, d.address) = app_room(v.building_id, v.unit_no, v.room, v.address)
         AND d.ended > v.day
    WHERE v.dwelling_id IS NULL AND d.cell_key >= %(lo)s AND d.cell_key < %(hi)s AND d.ended IS NOT NULL AND d.merged_into IS NULL
    GROUP BY v.row_no HAVING count(*) = 1) t
WHERE t.row_no = s.row_no;
