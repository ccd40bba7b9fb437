-- How many corrections wait.
SELECT count(*) FROM correction WHERE state = 'open';
