-- The account behind a token that is still good.
-- param hash bytea: SHA-256 of the token
SELECT user_id FROM token WHERE hash = %(hash)s AND revoked_at IS NULL AND expires_at > now();
