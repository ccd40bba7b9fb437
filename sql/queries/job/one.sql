-- One job.
-- param id bigint: number
SELECT id, kind, state, step, progress, owner, result, error, created_at, started_at, finished_at, cancel, params
FROM job WHERE id = %(id)s;
