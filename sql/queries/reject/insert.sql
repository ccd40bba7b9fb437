-- Rejected rows of an import.
-- needs: reject/stage
-- param batch_id bigint: the import
-- param cell_key bigint: key of the list's area
INSERT INTO import_reject (batch_id, cell_key, row_no, field, value, reason, row)
SELECT %(batch_id)s, %(cell_key)s, row_no, field, value, reason, row FROM stage_reject ORDER BY row_no;
