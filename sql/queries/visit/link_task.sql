-- Visits that answer a line of a form: to that very target; whoever gives no coordinates was where the target is.
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
FROM (SELECT DISTINCT target, task_id::bigint AS task_id FROM stage_visit WHERE task_id IS NOT NULL) k
CROSS JOIN LATERAL (
    SELECT key AS id, key AS cell_key, NULL::double precision AS lon, NULL::double precision AS lat FROM cell
    WHERE k.target = 'cell' AND key = k.task_id AND ended IS NULL
    UNION ALL SELECT key, key, NULL, NULL FROM area WHERE k.target = 'area' AND key = k.task_id AND valid @> app_today()
    UNION ALL SELECT id, cell_key, NULL, NULL FROM estate WHERE k.target = 'estate' AND id = k.task_id
    UNION ALL SELECT id, cell_key, ST_X(geom), ST_Y(geom) FROM building WHERE k.target = 'building' AND id = k.task_id
    UNION ALL SELECT id, cell_key, ST_X(geom), ST_Y(geom) FROM unit WHERE k.target = 'unit' AND id = k.task_id
    UNION ALL SELECT id, cell_key, ST_X(geom), ST_Y(geom) FROM dwelling WHERE k.target = 'dwelling' AND id = k.task_id
    UNION ALL SELECT id, cell_key, ST_X(geom), ST_Y(geom) FROM household WHERE k.target = 'household' AND id = k.task_id
    UNION ALL SELECT id, cell_key, ST_X(geom), ST_Y(geom) FROM person WHERE k.target = 'person' AND id = k.task_id
    UNION ALL SELECT id, cell_key, ST_X(geom), ST_Y(geom) FROM hazard WHERE k.target = 'hazard' AND id = k.task_id
    UNION ALL SELECT id, cell_key, ST_X(geom), ST_Y(geom) FROM hazard_source
    WHERE k.target = 'hazard_source' AND id = k.task_id
    UNION ALL SELECT id, cell_key, ST_X(geom), ST_Y(geom) FROM organisation WHERE k.target = 'organisation' AND id = k.task_id
    UNION ALL SELECT id, cell_key, ST_X(geom), ST_Y(geom) FROM component WHERE k.target = 'component' AND id = k.task_id
    UNION ALL SELECT id, cell_key, ST_X(geom), ST_Y(geom) FROM facility WHERE k.target = 'facility' AND id = k.task_id) t
WHERE s.task_id = k.task_id::text AND s.target = k.target AND t.cell_key >= %(lo)s AND t.cell_key < %(hi)s;
