-- Rows of the file whose content changed.
-- needs: stage
-- param source_crs text: coordinate system the file was read in
-- param batch_id bigint: the import
UPDATE {table} e SET ({written}, source_crs, batch_id) = ROW ({values}, %(source_crs)s, %(batch_id)s)
FROM {stage} s
JOIN stage_known k ON k.row_no = s.row_no AND k.changed
WHERE e.id = k.id;
