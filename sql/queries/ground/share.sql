-- A writer of located records: the ground may not change until the transaction ends.
SELECT pg_advisory_xact_lock_shared(7214002);
