-- A visit is filed where its target is, wherever the telephone was: those see it whose duty the target is. Whoever gives no
-- coordinates was there.
-- needs: visit/stage
UPDATE stage_visit s SET
    lon = COALESCE(s.lon, ST_X(t.geom)),
    lat = COALESCE(s.lat, ST_Y(t.geom)),
    cell_key = t.cell_key,
    cell_alt = t.cell_alt,
    assign_status = t.assign_status,
    located_by = CASE WHEN s.lon IS NOT NULL THEN s.located_by WHEN s.task_id IS NOT NULL OR t.geom IS NULL THEN 'manual'
                      ELSE 'address-exact' END
FROM stage_visit v
CROSS JOIN LATERAL (
    SELECT NULL::geometry AS geom, v.target_id AS cell_key, NULL::bigint AS cell_alt, 'inside' AS assign_status
    WHERE v.target IN ('cell', 'area')
    UNION ALL SELECT ST_PointOnSurface(geom), cell_key, cell_alt, assign_status FROM estate WHERE v.target = 'estate' AND id = v.target_id
    UNION ALL SELECT geom, cell_key, cell_alt, assign_status FROM building WHERE v.target = 'building' AND id = v.target_id
    UNION ALL SELECT geom, cell_key, cell_alt, assign_status FROM unit WHERE v.target = 'unit' AND id = v.target_id
    UNION ALL SELECT geom, cell_key, cell_alt, assign_status FROM dwelling WHERE v.target = 'dwelling' AND id = v.target_id
    UNION ALL SELECT geom, cell_key, cell_alt, assign_status FROM household WHERE v.target = 'household' AND id = v.target_id
    UNION ALL SELECT geom, cell_key, cell_alt, assign_status FROM person WHERE v.target = 'person' AND id = v.target_id
    UNION ALL SELECT geom, cell_key, cell_alt, assign_status FROM hazard WHERE v.target = 'hazard' AND id = v.target_id
    UNION ALL SELECT geom, cell_key, cell_alt, assign_status FROM hazard_source WHERE v.target = 'hazard_source' AND id = v.target_id
    UNION ALL SELECT geom, cell_key, cell_alt, assign_status FROM organisation WHERE v.target = 'organisation' AND id = v.target_id
    UNION ALL SELECT geom, cell_key, cell_alt, assign_status FROM component WHERE v.target = 'component' AND id = v.target_id
    UNION ALL SELECT geom, cell_key, cell_alt, assign_status FROM facility WHERE v.target = 'facility' AND id = v.target_id
    UNION ALL SELECT ST_PointOnSurface(geom), cell_key, cell_alt, assign_status FROM zone WHERE v.target = 'zone' AND id = v.target_id
) t
WHERE v.target_id IS NOT NULL AND s.row_no = v.row_no;
