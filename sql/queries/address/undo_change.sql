-- Put back the rows that an import changed, as the audit kept them.
-- param batch_id bigint: the import
UPDATE address e SET
    text = o.text, name = o.name, street = o.street, housenumber = o.housenumber,
    estate = o.estate, building_no = o.building_no, unit = o.unit, geom = o.geom,
    cell_key = o.cell_key, cell_alt = o.cell_alt, assign_status = o.assign_status, located_by = o.located_by,
    accuracy_m = o.accuracy_m, source_crs = o.source_crs, batch_id = o.batch_id
FROM audit a
CROSS JOIN LATERAL jsonb_populate_record(NULL::address, a.old) o
WHERE a.batch_id = %(batch_id)s AND a.action = 'import.change' AND a.entity = 'address' AND e.id = a.row_id;
