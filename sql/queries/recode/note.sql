-- The old number leads to the new one from now on; numbers before it do, too.
-- param old text: the old number
-- param new text: the new number
-- param day date: since when
-- param user_id bigint: who
WITH before AS (
    UPDATE area_recode SET new_code = %(new)s || substr(new_code, length(%(old)s) + 1)
    WHERE starts_with(new_code, %(old)s)
)
INSERT INTO area_recode (old_code, new_code, day, user_id) VALUES (%(old)s, %(new)s, %(day)s, %(user_id)s);
