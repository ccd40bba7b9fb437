-- What a version of a rule has made goes: it is taken back before its first day or gives way to another on it.
-- param rule_id integer: version
-- param excused boolean: also what was excused
DELETE FROM obligation WHERE rule_id = %(rule_id)s AND (%(excused)s OR excused_on IS NULL);
