-- Rows of the file that are new.
-- param source_id bigint: the list
-- param source_crs text: coordinate system the file was read in
-- param batch_id bigint: the import
INSERT INTO building (name, kind, use, floors, height, units,
    households, estate, street, housenumber, building_no, address,
    shape, geom, cell_key, cell_alt, assign_status, h3,
    located_by, accuracy_m, source_id, source_key, source_crs, batch_id)
SELECT s.name, s.kind, s.use, s.floors, s.height, s.units,
       s.households, s.estate, s.street, s.housenumber, s.building_no, s.address,
       s.shape, ST_SetSRID(ST_MakePoint(s.lon, s.lat), 4326), s.cell_key, s.cell_alt, s.assign_status, s.h3,
       s.located_by, s.accuracy_m, %(source_id)s, s.source_key, %(source_crs)s, %(batch_id)s
FROM stage_building s
WHERE NOT EXISTS (SELECT FROM stage_known k WHERE k.row_no = s.row_no)
ORDER BY s.cell_key;
