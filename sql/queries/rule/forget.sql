-- A version that has made nothing yet gives way to one that begins on the same day or earlier.
-- param id integer: version
DELETE FROM rule r WHERE r.id = %(id)s AND NOT EXISTS (SELECT FROM obligation o WHERE o.rule_id = r.id);
