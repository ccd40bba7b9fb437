-- One update of obligations at a time.
SELECT pg_advisory_xact_lock(7214011);
