-- Rows of the file that are new.
-- param source_id bigint: the list
-- param source_crs text: coordinate system the file was read in
-- param batch_id bigint: the import
INSERT INTO base_feature (layer, kind, detail, name, tunnel, geom,
    source_id, source_key, source_crs, batch_id)
SELECT s.layer, s.kind, s.detail, s.name, s.tunnel, s.geom,
       %(source_id)s, s.source_key, %(source_crs)s, %(batch_id)s
FROM stage_base_feature s
WHERE NOT EXISTS (SELECT FROM stage_known k WHERE k.row_no = s.row_no)
ORDER BY s.row_no;
