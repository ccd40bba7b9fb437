-- Ask a job to stop; one that has not begun stops at once.
-- param id bigint: number
UPDATE job SET cancel = true, state = CASE WHEN state = 'queued' THEN 'cancelled' ELSE state END,
    finished_at = CASE WHEN state = 'queued' THEN now() ELSE finished_at END
WHERE id = %(id)s AND state IN ('queued', 'running')
RETURNING state;
