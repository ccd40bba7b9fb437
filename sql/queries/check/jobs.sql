-- Jobs that wait longer than five minutes: no worker runs.
SELECT count(*) AS n FROM job WHERE state = 'queued' AND created_at < now() - interval '5 minutes';
