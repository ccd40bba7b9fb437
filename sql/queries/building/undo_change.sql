-- Put back the rows that an import changed, as the audit kept them.
-- param batch_id bigint: the import
UPDATE building e SET
    name = o.name, kind = o.kind, use = o.use, floors = o.floors,
    height = o.height, units = o.units, households = o.households, estate = o.estate,
    street = o.street, housenumber = o.housenumber, building_no = o.building_no, address = o.address,
    shape = o.shape, geom = o.geom, cell_key = o.cell_key, cell_alt = o.cell_alt,
    assign_status = o.assign_status, h3 = o.h3, located_by = o.located_by, accuracy_m = o.accuracy_m,
    source_crs = o.source_crs, batch_id = o.batch_id
FROM audit a
CROSS JOIN LATERAL jsonb_populate_record(NULL::building, a.old) o
WHERE a.batch_id = %(batch_id)s AND a.action = 'import.change' AND a.entity = 'building' AND e.id = a.row_id;
