-- Rejected rows of an import, in the order of the file.
-- param batch_id bigint: the import
SELECT row_no, field, value, reason, row FROM import_reject WHERE batch_id = %(batch_id)s ORDER BY row_no, id;
