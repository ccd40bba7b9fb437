-- Rows of the file that the list has already, and whether their content differs.
-- param source_id bigint: the list
INSERT INTO stage_known (row_no, id, changed)
SELECT s.row_no, e.id,
       ROW (e.layer, e.kind, e.detail, e.name, e.tunnel, e.geom)
       IS DISTINCT FROM
       ROW (s.layer, s.kind, s.detail, s.name, s.tunnel, s.geom)
FROM stage_base_feature s
JOIN base_feature e ON e.source_id = %(source_id)s AND e.source_key = s.source_key;
