-- A new token.
-- param user_id bigint: whose
-- param name text: what for
-- param hash bytea: SHA-256
-- param expires_at timestamptz: until
INSERT INTO token (user_id, name, hash, expires_at) VALUES (%(user_id)s, %(name)s, %(hash)s, %(expires_at)s)
RETURNING id;
