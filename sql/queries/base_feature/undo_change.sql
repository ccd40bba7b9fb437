-- Put back the rows that an import changed, as the audit kept them.
-- param batch_id bigint: the import
UPDATE base_feature e SET
    layer = o.layer, kind = o.kind, detail = o.detail, name = o.name,
    tunnel = o.tunnel, geom = o.geom, source_crs = o.source_crs, batch_id = o.batch_id
FROM audit a
CROSS JOIN LATERAL jsonb_populate_record(NULL::base_feature, a.old) o
WHERE a.batch_id = %(batch_id)s AND a.action = 'import.change' AND a.entity = 'base_feature' AND e.id = a.row_id;
