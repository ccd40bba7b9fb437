-- Rejected rows of an import.
-- needs: reject/stage
-- param batch_id bigint: the import
-- param cell_key bigint: key of the list's area
-- param personal boolean: the rows are about residents
INSERT INTO import_reject (batch_id, cell_key, row_no, field, value, reason, row, personal)
SELECT %(batch_id)s, %(cell_key)s, row_no, field, value, reason, row, %(personal)s FROM stage_reject ORDER BY row_no;
