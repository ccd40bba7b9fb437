-- Put back the areas that an import changed or closed, as the history kept them.
-- param batch_id bigint: the import
UPDATE area a SET name = o.name, name_en = o.name_en, code_alt = o.code_alt, geom = o.geom, area_m2 = o.area_m2,
    valid = o.valid, source_crs = o.source_crs, batch_id = o.batch_id
FROM history x
CROSS JOIN LATERAL jsonb_populate_record(NULL::area, x.old) o
WHERE x.batch_id = %(batch_id)s AND x.action = 'import.change' AND x.entity = 'area' AND a.id = x.row_id;
