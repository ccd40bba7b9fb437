-- Rows of the file that are new.
-- param source_id bigint: the list
-- param source_crs text: coordinate system the file was read in
-- param batch_id bigint: the import
INSERT INTO address (text, name, street, housenumber, estate, building_no,
    unit, geom, cell_key, cell_alt, assign_status, located_by,
    accuracy_m, source_id, source_key, source_crs, batch_id)
SELECT s.text, s.name, s.street, s.housenumber, s.estate, s.building_no,
       s.unit, ST_SetSRID(ST_MakePoint(s.lon, s.lat), 4326), s.cell_key, s.cell_alt, s.assign_status, s.located_by,
       s.accuracy_m, %(source_id)s, s.source_key, %(source_crs)s, %(batch_id)s
FROM stage_address s
WHERE NOT EXISTS (SELECT FROM stage_known k WHERE k.row_no = s.row_no)
ORDER BY s.cell_key;
