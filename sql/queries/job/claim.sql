-- Take the next job: queued, or running without a sign of life for a minute (its worker died).
UPDATE job SET state = 'running', started_at = now(), heartbeat_at = now(), attempts = attempts + 1, progress = 0
WHERE id = (SELECT id FROM job
            WHERE (state = 'queued' OR (state = 'running' AND heartbeat_at < now() - interval '60 seconds'))
              AND attempts < 3
            ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED)
RETURNING id, kind, params, owner, attempts;
