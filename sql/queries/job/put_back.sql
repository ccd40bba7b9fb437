-- A job goes back into the queue because its worker is stopping; that is no failed attempt.
-- param id bigint: number
UPDATE job SET state = 'queued', attempts = attempts - 1, step = '', progress = 0, heartbeat_at = NULL WHERE id = %(id)s;
