-- Rows of the file that the list has already, and whether their content differs.
-- param source_id bigint: the list
INSERT INTO stage_known (row_no, id, changed)
SELECT s.row_no, e.id,
       ROW (e.name, e.kind, e.property_firm, e.geom, e.located_by)
       IS DISTINCT FROM
       ROW (s.name, s.kind, s.property_firm, s.geom, s.located_by)
FROM stage_estate s
JOIN estate e ON e.source_id = %(source_id)s AND e.source_key = s.source_key;
