-- Visits that answer a line of a form: to that very target, or what it was merged into, if it was still there on the day
-- of the visit; whoever gives no coordinates was where the target is.
-- needs: visit/stage
-- param lo bigint: first key
-- param hi bigint: key after the last
UPDATE stage_visit s SET
    target_id = t.id,
    lon = COALESCE(s.lon, t.lon),
    lat = COALESCE(s.lat, t.lat),
    cell_key = CASE WHEN s.lon IS NULL THEN t.cell_key ELSE s.cell_key END,
    assign_status = CASE WHEN s.lon IS NULL THEN 'inside' ELSE s.assign_status END,
    cell_alt = CASE WHEN s.lon IS NULL THEN NULL ELSE s.cell_alt END,
    located_by = CASE WHEN s.lon IS NULL THEN 'manual' ELSE s.located_by END
FROM stage_visit v
CROSS JOIN LATERAL (
    SELECT key AS id, key AS cell_key, NULL::double precision AS lon, NULL::double precision AS lat, ended FROM cell
    WHERE v.target = 'cell' AND key = v.task_id::bigint
    UNION ALL SELECT key, key, NULL, NULL, NULL FROM area
    WHERE v.target = 'area' AND key = v.task_id::bigint AND valid @> app_today()
    UNION ALL SELECT COALESCE(merged_into, id), cell_key, ST_X(geom), ST_Y(geom), gone FROM (
        SELECT id, merged_into, cell_key, ST_PointOnSurface(geom) AS geom, CASE WHEN merged_into IS NULL THEN ended END AS gone FROM estate WHERE v.target = 'estate' AND id = v.task_id::bigint
        UNION ALL SELECT id, merged_into, cell_key, geom, CASE WHEN merged_into IS NULL THEN ended END AS gone FROM building WHERE v.target = 'building' AND id = v.task_id::bigint
        UNION ALL SELECT id, merged_into, cell_key, geom, CASE WHEN merged_into IS NULL THEN ended END AS gone FROM unit WHERE v.target = 'unit' AND id = v.task_id::bigint
        UNION ALL SELECT id, merged_into, cell_key, geom, CASE WHEN merged_into IS NULL THEN ended END AS gone FROM dwelling WHERE v.target = 'dwelling' AND id = v.task_id::bigint
        UNION ALL SELECT id, merged_into, cell_key, geom, CASE WHEN merged_into IS NULL THEN ended END AS gone FROM household WHERE v.target = 'household' AND id = v.task_id::bigint
        UNION ALL SELECT id, merged_into, cell_key, geom, CASE WHEN merged_into IS NULL THEN ended END AS gone FROM person WHERE v.target = 'person' AND id = v.task_id::bigint
        UNION ALL SELECT id, merged_into, cell_key, geom, CASE WHEN merged_into IS NULL THEN ended END AS gone FROM hazard WHERE v.target = 'hazard' AND id = v.task_id::bigint
        UNION ALL SELECT id, merged_into, cell_key, geom, CASE WHEN merged_into IS NULL THEN ended END AS gone FROM hazard_source WHERE v.target = 'hazard_source' AND id = v.task_id::bigint
        UNION ALL SELECT id, merged_into, cell_key, geom, CASE WHEN merged_into IS NULL THEN ended END AS gone FROM organisation WHERE v.target = 'organisation' AND id = v.task_id::bigint
        UNION ALL SELECT id, merged_into, cell_key, geom, CASE WHEN merged_into IS NULL THEN ended END AS gone FROM component WHERE v.target = 'component' AND id = v.task_id::bigint
        UNION ALL SELECT id, merged_into, cell_key, geom, CASE WHEN merged_into IS NULL THEN ended END AS gone FROM facility WHERE v.target = 'facility' AND id = v.task_id::bigint
        UNION ALL SELECT id, merged_into, cell_key, ST_PointOnSurface(geom), CASE WHEN merged_into IS NULL THEN ended END AS gone FROM zone WHERE v.target = 'zone' AND id = v.task_id::bigint) r) t
WHERE s.row_no = v.row_no AND v.task_id IS NOT NULL AND t.cell_key >= %(lo)s AND t.cell_key < %(hi)s
  AND (t.ended IS NULL OR t.ended > v.day);
