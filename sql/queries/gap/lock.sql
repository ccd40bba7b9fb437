-- One update of gaps at a time.
SELECT pg_advisory_xact_lock(7241002);
