-- Whoever works places out: one at a time, or two would write the same ones.
SELECT pg_advisory_xact_lock(7214005);
