-- The differences of a comparison.
-- needs: reconcile/stage_difference
-- param reconciliation_id bigint: the comparison
INSERT INTO difference (reconciliation_id, cell_key, personal, what, record_id, version, row_no, fields, row)
SELECT %(reconciliation_id)s, cell_key, personal, what, record_id, version, row_no, fields, row
FROM stage_difference ORDER BY what, row_no, record_id;
