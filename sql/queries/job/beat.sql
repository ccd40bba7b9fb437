-- A sign of life; tells whether somebody asked to stop.
-- param id bigint: number
-- param step text: what it is doing
-- param progress real: 0 to 1
UPDATE job SET heartbeat_at = now(), step = %(step)s, progress = %(progress)s WHERE id = %(id)s RETURNING cancel;
