-- Mark an import as undone; nothing when it already is.
-- param batch_id bigint: the import
-- param user_id bigint: who
UPDATE import_batch SET state = 'undone', undone_by = %(user_id)s, undone_at = now()
WHERE id = %(batch_id)s AND state = 'applied';
