-- What each visit was to: the door or building it names, otherwise the record with this key in a list of the area.
-- needs: visit/stage
-- param lo bigint: first key
-- param hi bigint: key after the last
UPDATE stage_visit s SET
    target_id = t.id,
    lon = COALESCE(s.lon, t.lon),
    lat = COALESCE(s.lat, t.lat),
    cell_key = CASE WHEN s.lon IS NULL THEN t.cell_key ELSE s.cell_key END,
    cell_alt = CASE WHEN s.lon IS NULL THEN t.cell_alt ELSE s.cell_alt END,
    assign_status = CASE WHEN s.lon IS NULL THEN t.assign_status ELSE s.assign_status END,
    located_by = CASE WHEN s.lon IS NULL THEN 'address-exact' ELSE s.located_by END
FROM (SELECT k.target, k.source_key, min(k.id) AS id, min(ST_X(k.geom)) AS lon, min(ST_Y(k.geom)) AS lat,
             min(k.cell_key) AS cell_key, min(k.cell_alt) AS cell_alt, min(k.assign_status) AS assign_status
      FROM (SELECT 'hazard' AS target, source_key, id, geom, cell_key, cell_alt, assign_status FROM hazard
            WHERE cell_key >= %(lo)s AND cell_key < %(hi)s
            UNION ALL SELECT 'hazard_source', source_key, id, geom, cell_key, cell_alt, assign_status FROM hazard_source
            WHERE cell_key >= %(lo)s AND cell_key < %(hi)s
            UNION ALL SELECT 'organisation', source_key, id, geom, cell_key, cell_alt, assign_status FROM organisation
            WHERE cell_key >= %(lo)s AND cell_key < %(hi)s
            UNION ALL SELECT 'facility', source_key, id, geom, cell_key, cell_alt, assign_status FROM facility
            WHERE cell_key >= %(lo)s AND cell_key < %(hi)s
            UNION ALL SELECT 'component', source_key, id, geom, cell_key, cell_alt, assign_status FROM component
            WHERE cell_key >= %(lo)s AND cell_key < %(hi)s
            UNION ALL SELECT 'zone', source_key, id, ST_PointOnSurface(geom), cell_key, cell_alt, assign_status FROM zone
            WHERE cell_key >= %(lo)s AND cell_key < %(hi)s
            UNION ALL SELECT 'building', source_key, id, geom, cell_key, cell_alt, assign_status FROM building
            WHERE cell_key >= %(lo)s AND cell_key < %(hi)s) k
      GROUP BY k.target, k.source_key HAVING count(*) = 1) t
WHERE s.target_key IS NOT NULL AND t.target = s.target AND t.source_key = s.target_key;
