-- Whoever seals holds this until the transaction ends.
SELECT pg_try_advisory_xact_lock(7214013) AS got;
