-- Rows of the file whose content changed.
-- param source_crs text: coordinate system the file was read in
-- param batch_id bigint: the import
UPDATE address e SET
    text = s.text, name = s.name, street = s.street,
    housenumber = s.housenumber, estate = s.estate, building_no = s.building_no,
    unit = s.unit, geom = ST_SetSRID(ST_MakePoint(s.lon, s.lat), 4326), cell_key = s.cell_key,
    cell_alt = s.cell_alt, assign_status = s.assign_status, located_by = s.located_by,
    accuracy_m = s.accuracy_m, source_crs = %(source_crs)s, batch_id = %(batch_id)s
FROM stage_address s
JOIN stage_known k ON k.row_no = s.row_no AND k.changed
WHERE e.id = k.id;
