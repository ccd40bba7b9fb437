-- Rows of the file whose content changed.
-- param source_crs text: coordinate system the file was read in
-- param batch_id bigint: the import
UPDATE base_feature e SET
    layer = s.layer, kind = s.kind, detail = s.detail,
    name = s.name, tunnel = s.tunnel, geom = s.geom,
    source_crs = %(source_crs)s, batch_id = %(batch_id)s
FROM stage_base_feature s
JOIN stage_known k ON k.row_no = s.row_no AND k.changed
WHERE e.id = k.id;
