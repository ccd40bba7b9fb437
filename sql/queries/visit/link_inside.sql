-- Visits to what a door or an estate has one of: the stairwell by its number, the only household behind the door, the only
-- dwelling of a building whose room nobody says; the estate by its name.
-- needs: visit/stage
-- param lo bigint: first key
-- param hi bigint: key after the last
UPDATE stage_visit s SET target_id = t.id
FROM (
    SELECT f.row_no, min(f.id) AS id
    FROM (SELECT v.row_no, u.id FROM stage_visit v
          JOIN unit u ON u.building_id = v.building_id AND app_no(u.unit_no) = app_no(v.unit_no) AND u.merged_into IS NULL
               AND (u.ended IS NULL OR u.ended > v.day)
          WHERE v.target = 'unit' AND v.target_id IS NULL
          UNION ALL SELECT v.row_no, h.id FROM stage_visit v
          JOIN household h ON h.dwelling_id = v.dwelling_id AND h.merged_into IS NULL
               AND (h.ended IS NULL OR h.ended > v.day)
          WHERE v.target = 'household' AND v.target_id IS NULL
          UNION ALL SELECT v.row_no, d.id FROM stage_visit v
          JOIN dwelling d ON d.building_id = v.building_id AND d.merged_into IS NULL
               AND (d.ended IS NULL OR d.ended > v.day)
          WHERE v.target = 'dwelling' AND v.target_id IS NULL AND v.room IS NULL AND v.unit_no IS NULL
          UNION ALL SELECT v.row_no, e.id FROM stage_visit v
          JOIN estate e ON e.name = v.estate AND e.cell_key >= %(lo)s AND e.cell_key < %(hi)s AND e.merged_into IS NULL
               AND (e.ended IS NULL OR e.ended > v.day)
          WHERE v.target = 'estate' AND v.target_id IS NULL) f
    GROUP BY f.row_no HAVING count(*) = 1) t
WHERE t.row_no = s.row_no AND (s.target_key IS NULL OR s.guessed IS NULL);
