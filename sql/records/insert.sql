-- Rows of the file that are new.
-- needs: stage
-- param source_id bigint: the list
-- param source_crs text: coordinate system the file was read in
-- param batch_id bigint: the import
INSERT INTO {table} ({written}, source_id, source_key, source_crs, batch_id)
SELECT {values}, %(source_id)s, s.source_key, %(source_crs)s, %(batch_id)s
FROM {stage} s
WHERE NOT EXISTS (SELECT FROM stage_known k WHERE k.row_no = s.row_no)
ORDER BY {order};
