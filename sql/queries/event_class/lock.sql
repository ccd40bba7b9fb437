-- One import at a time numbers new classes.
SELECT pg_advisory_xact_lock(7214004);
