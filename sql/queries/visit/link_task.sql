-- Visits that answer a line of a form: to that very target, or what it was merged into, if it was still there on the day
-- of the visit.
-- needs: visit/stage
-- param lo bigint: first key
-- param hi bigint: key after the last
UPDATE stage_visit s SET target_id = t.id
FROM stage_visit v
CROSS JOIN LATERAL (
    SELECT key AS id, key AS cell_key, ended FROM cell WHERE v.target = 'cell' AND key = v.task_id::bigint
    UNION ALL SELECT key, key, NULL FROM area WHERE v.target = 'area' AND key = v.task_id::bigint AND valid @> app_today()
    UNION ALL SELECT COALESCE(merged_into, id), cell_key, gone FROM (
        SELECT id, merged_into, cell_key, CASE WHEN merged_into IS NULL THEN ended END AS gone FROM estate
        WHERE v.target = 'estate' AND id = v.task_id::bigint
        UNION ALL SELECT id, merged_into, cell_key, CASE WHEN merged_into IS NULL THEN ended END AS gone FROM building
        WHERE v.target = 'building' AND id = v.task_id::bigint
        UNION ALL SELECT id, merged_into, cell_key, CASE WHEN merged_into IS NULL THEN ended END AS gone FROM unit
        WHERE v.target = 'unit' AND id = v.task_id::bigint
        UNION ALL SELECT id, merged_into, cell_key, CASE WHEN merged_into IS NULL THEN ended END AS gone FROM dwelling
        WHERE v.target = 'dwelling' AND id = v.task_id::bigint
        UNION ALL SELECT id, merged_into, cell_key, CASE WHEN merged_into IS NULL THEN ended END AS gone FROM household
        WHERE v.target = 'household' AND id = v.task_id::bigint
        UNION ALL SELECT id, merged_into, cell_key, CASE WHEN merged_into IS NULL THEN ended END AS gone FROM person
        WHERE v.target = 'person' AND id = v.task_id::bigint
        UNION ALL SELECT id, merged_into, cell_key, CASE WHEN merged_into IS NULL THEN ended END AS gone FROM hazard
        WHERE v.target = 'hazard' AND id = v.task_id::bigint
        UNION ALL SELECT id, merged_into, cell_key, CASE WHEN merged_into IS NULL THEN ended END AS gone FROM hazard_source
        WHERE v.target = 'hazard_source' AND id = v.task_id::bigint
        UNION ALL SELECT id, merged_into, cell_key, CASE WHEN merged_into IS NULL THEN ended END AS gone FROM organisation
        WHERE v.target = 'organisation' AND id = v.task_id::bigint
        UNION ALL SELECT id, merged_into, cell_key, CASE WHEN merged_into IS NULL THEN ended END AS gone FROM component
        WHERE v.target = 'component' AND id = v.task_id::bigint
        UNION ALL SELECT id, merged_into, cell_key, CASE WHEN merged_into IS NULL THEN ended END AS gone FROM facility
        WHERE v.target = 'facility' AND id = v.task_id::bigint
        UNION ALL SELECT id, merged_into, cell_key, CASE WHEN merged_into IS NULL THEN ended END AS gone FROM zone
        WHERE v.target = 'zone' AND id = v.task_id::bigint
    ) r
) t
WHERE s.row_no = v.row_no AND v.task_id IS NOT NULL AND t.cell_key >= %(lo)s AND t.cell_key < %(hi)s
  AND (t.ended IS NULL OR t.ended > v.day);
