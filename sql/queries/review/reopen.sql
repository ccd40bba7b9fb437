-- A question that was decided is open again.
-- param id bigint: number
UPDATE review SET state = 'open', answer = NULL, decided_by = NULL, decided_name = NULL, decided_at = NULL
WHERE id = %(id)s AND state <> 'open';
