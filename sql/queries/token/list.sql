-- A person's tokens.
-- param user_id bigint: whose
SELECT id, name, created_at, expires_at, revoked_at FROM token WHERE user_id = %(user_id)s ORDER BY id DESC;
