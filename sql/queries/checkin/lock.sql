-- Check-ins of one officer come one after the other.
-- param officer_id bigint: officer
SELECT pg_advisory_xact_lock(7214014, %(officer_id)s::integer);
