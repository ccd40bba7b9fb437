-- Rows of the file whose content changed.
-- param source_crs text: coordinate system the file was read in
-- param batch_id bigint: the import
UPDATE building e SET
    name = s.name, kind = s.kind, use = s.use,
    floors = s.floors, height = s.height, units = s.units,
    households = s.households, estate = s.estate, street = s.street,
    housenumber = s.housenumber, building_no = s.building_no, address = s.address,
    shape = s.shape, geom = ST_SetSRID(ST_MakePoint(s.lon, s.lat), 4326), cell_key = s.cell_key,
    cell_alt = s.cell_alt, assign_status = s.assign_status, h3 = s.h3,
    located_by = s.located_by, accuracy_m = s.accuracy_m, source_crs = %(source_crs)s,
    batch_id = %(batch_id)s
FROM stage_building s
JOIN stage_known k ON k.row_no = s.row_no AND k.changed
WHERE e.id = k.id;
