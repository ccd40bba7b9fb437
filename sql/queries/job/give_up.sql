-- Jobs whose worker died three times.
UPDATE job SET state = 'failed', finished_at = now(), error = '{"code": "job.died"}'
WHERE state = 'running' AND attempts >= 3 AND heartbeat_at < now() - interval '60 seconds';
