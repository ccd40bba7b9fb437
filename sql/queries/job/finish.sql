-- The end of a job.
-- param id bigint: number
-- param state text: done, failed, cancelled
-- param result jsonb: what came out
-- param error jsonb: what went wrong
UPDATE job SET state = %(state)s, finished_at = now(), progress = CASE WHEN %(state)s = 'done' THEN 1 ELSE progress END,
    result = %(result)s, error = %(error)s
WHERE id = %(id)s;
