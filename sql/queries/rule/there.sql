-- Whether a version is still there.
-- param id integer: version
SELECT id FROM rule WHERE id = %(id)s;
