-- Visits that name somebody or something that is not here, or nothing at all: they would count nowhere.
-- needs: visit/stage
-- param lo bigint: first key
-- param hi bigint: key after the last
SELECT s.row_no, f.field, f.value, f.reason
FROM stage_visit s
CROSS JOIN LATERAL (SELECT COALESCE(s.address, concat_ws(' ', s.estate, s.building_no, s.street, s.housenumber,
                                                         s.unit_no, s.room)) AS door) d
CROSS JOIN LATERAL (VALUES
    (s.officer IS NOT NULL AND s.officer_id IS NULL, 'officer', s.officer, 'visit.officer'),
    (s.task_id IS NOT NULL AND s.target_id IS NULL, 'task', s.task, 'visit.task_unknown'),
    (s.target_key IS NOT NULL AND s.target_id IS NULL, 'target_key', s.target_key, 'visit.key_unknown'),
    (s.target = 'cell' AND s.target_id IS NULL AND s.cell IS NOT NULL AND s.target_key IS NULL AND s.task_id IS NULL,
     'cell', s.cell, 'visit.cell'),
    (s.target = 'cell' AND s.target_id IS NULL AND s.cell IS NULL AND s.lon IS NULL AND s.cell_key & 8191 = 0
     AND s.target_key IS NULL AND s.task_id IS NULL, 'cell', NULL, 'visit.nowhere'),
    (s.target = 'area' AND s.target_id IS NULL AND s.lon IS NULL AND s.area_given IS NOT NULL
     AND s.located_by IS DISTINCT FROM 'community', 'area', s.area_given, 'visit.area'),
    (s.target IN ('cell', 'area') AND s.target_id IS NULL AND s.cell_key <> 0 AND NOT (s.cell_key >= %(lo)s AND s.cell_key < %(hi)s),
     'geom', (SELECT a.name FROM area a WHERE a.key = s.cell_key / 8192 * 8192 AND a.valid @> app_today()), 'scope.other_area'),
    (s.target NOT IN ('cell', 'area') AND s.target_id IS NULL AND s.target_key IS NULL AND s.task_id IS NULL AND d.door <> '',
     CASE WHEN s.address IS NOT NULL THEN 'address' WHEN s.room IS NOT NULL THEN 'room'
          WHEN s.building_no IS NULL AND s.housenumber IS NULL THEN 'estate' ELSE 'building_no' END, d.door, 'visit.door'),
    (s.target NOT IN ('cell', 'area') AND s.target_id IS NULL AND s.target_key IS NULL AND s.task_id IS NULL AND d.door = '',
     'target_key', NULL, 'visit.no_target')
) AS f (wrong, field, value, reason)
WHERE f.wrong
ORDER BY s.row_no;
