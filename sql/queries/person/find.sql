-- People by identity number, current or not.
-- param id_hash bytea: HMAC of the number
SELECT id FROM person WHERE id_hash = %(id_hash)s ORDER BY id;
