-- The last seal.
SELECT id, ids, previous, hash, sealed_at FROM audit_seal ORDER BY id DESC LIMIT 1;
