-- Whoever changes the ground: waits for writers, and new writers wait.
SELECT pg_advisory_xact_lock(7214002);
