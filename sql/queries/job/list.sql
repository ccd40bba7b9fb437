-- Jobs, the newest first.
-- param before bigint: only those with a lower number
-- param most integer: page size
SELECT id, kind, state, step, progress, owner, error, created_at, started_at, finished_at FROM job
WHERE id < %(before)s ORDER BY id DESC LIMIT %(most)s;
