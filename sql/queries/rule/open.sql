-- A version holds on: the next one was taken back.
-- param id integer: version
UPDATE rule SET valid = daterange(lower(valid), NULL) WHERE id = %(id)s;
