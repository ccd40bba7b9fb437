-- Take back the rows that an import brought in new.
-- param batch_id bigint: the import
DELETE FROM {table} e
WHERE e.batch_id = %(batch_id)s
  AND NOT EXISTS (SELECT FROM history a WHERE a.batch_id = %(batch_id)s AND a.entity = {entity} AND a.row_id = e.id);
