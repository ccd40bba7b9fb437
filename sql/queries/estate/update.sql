-- Rows of the file whose content changed.
-- param source_crs text: coordinate system the file was read in
-- param batch_id bigint: the import
UPDATE estate e SET
    name = s.name, kind = s.kind, property_firm = s.property_firm,
    geom = s.geom, cell_key = s.cell_key, cell_alt = s.cell_alt,
    assign_status = s.assign_status, located_by = s.located_by, accuracy_m = s.accuracy_m,
    source_crs = %(source_crs)s, batch_id = %(batch_id)s
FROM stage_estate s
JOIN stage_known k ON k.row_no = s.row_no AND k.changed
WHERE e.id = k.id;
