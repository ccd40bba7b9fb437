-- Take a token back.
-- param id bigint: number
-- param user_id bigint: whose; none: anybody's
UPDATE token SET revoked_at = now()
WHERE id = %(id)s AND revoked_at IS NULL AND (%(user_id)s::bigint IS NULL OR user_id = %(user_id)s);
