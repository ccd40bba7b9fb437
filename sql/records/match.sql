-- Rows of the file that the list has already, and whether their content differs.
-- needs: stage
-- param source_id bigint: the list
INSERT INTO stage_known (row_no, id, changed)
SELECT s.row_no, e.id, ROW ({compared_e}) IS DISTINCT FROM ROW ({compared_s})
FROM {stage} s
JOIN {table} e ON e.source_id = %(source_id)s AND e.source_key = s.source_key;
