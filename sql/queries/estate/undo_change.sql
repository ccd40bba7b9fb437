-- Put back the rows that an import changed, as the audit kept them.
-- param batch_id bigint: the import
UPDATE estate e SET
    name = o.name, kind = o.kind, property_firm = o.property_firm, geom = o.geom,
    cell_key = o.cell_key, cell_alt = o.cell_alt, assign_status = o.assign_status, located_by = o.located_by,
    accuracy_m = o.accuracy_m, source_crs = o.source_crs, batch_id = o.batch_id
FROM audit a
CROSS JOIN LATERAL jsonb_populate_record(NULL::estate, a.old) o
WHERE a.batch_id = %(batch_id)s AND a.action = 'import.change' AND a.entity = 'estate' AND e.id = a.row_id;
