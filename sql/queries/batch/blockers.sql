-- Rows that were changed after this import wrote them; while there are any it cannot be undone.
-- param batch_id bigint: the import
-- param kind text: kind of record
-- param most integer: how many to name
SELECT row_id, batch_id AS changed_by_batch, at
FROM history
WHERE entity = %(kind)s AND (old ->> 'batch_id')::bigint = %(batch_id)s
  AND batch_id IS DISTINCT FROM %(batch_id)s
  AND NOT EXISTS (SELECT FROM import_batch later WHERE later.id = history.batch_id AND later.state = 'undone')
ORDER BY row_id
LIMIT %(most)s;
