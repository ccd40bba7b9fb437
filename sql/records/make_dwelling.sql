-- Dwellings that rows of a list of households or people name and that nobody has brought in yet.
-- needs: stage
-- param source_id bigint: the list
-- param source_crs text: coordinate system the file was read in
-- param batch_id bigint: the import
INSERT INTO dwelling (building_id, unit_no, room, address, geom, cell_key, cell_alt, assign_status, located_by,
    source_id, source_key, source_crs, batch_id)
SELECT DISTINCT ON (r.key) s.building_id, s.unit_no, s.room, CASE WHEN s.building_id IS NULL THEN s.address END,
       ST_SetSRID(ST_MakePoint(s.lon, s.lat), 4326), s.cell_key, s.cell_alt, s.assign_status, s.located_by,
       %(source_id)s, md5(r.key), %(source_crs)s, %(batch_id)s
FROM {stage} s
CROSS JOIN LATERAL (SELECT app_room(s.building_id, s.unit_no, s.room, s.address) AS key) r
WHERE s.dwelling_id IS NULL AND r.key IS NOT NULL
ORDER BY r.key, s.row_no
ON CONFLICT (source_id, source_key) DO NOTHING;
