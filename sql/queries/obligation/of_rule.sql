-- All that a version of a rule has made ahead goes: it is taken back before its first day.
-- param rule_id integer: version
DELETE FROM obligation WHERE rule_id = %(rule_id)s;
