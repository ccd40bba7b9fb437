-- A version ends where the next one begins.
-- param id integer: version
-- param day date: first day of the next
UPDATE rule SET valid = daterange(lower(valid), %(day)s) WHERE id = %(id)s;
