-- One folder at a time; false when another one is at it.
SELECT pg_try_advisory_xact_lock(7214003) AS mine;
