-- All seals in order.
SELECT id, ids, rows, previous, hash, sealed_at FROM audit_seal ORDER BY id;
