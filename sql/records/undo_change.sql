-- Put back the rows that an import changed, as the history kept them.
-- param batch_id bigint: the import
UPDATE {table} e SET ({written}, source_crs, batch_id) = ROW ({written_o}, o.source_crs, o.batch_id)
FROM history a
CROSS JOIN LATERAL jsonb_populate_record(NULL::{table}, a.old) o
WHERE a.batch_id = %(batch_id)s AND a.action = 'import.change' AND a.entity = {entity} AND e.id = a.row_id;
