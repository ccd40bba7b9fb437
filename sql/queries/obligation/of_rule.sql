-- All that a version of a rule has made goes, as long as nothing of it was excused: it is taken back before its first day or
-- gives way to another on it.
-- param rule_id integer: version
DELETE FROM obligation o
WHERE o.rule_id = %(rule_id)s
  AND NOT EXISTS (SELECT FROM obligation e WHERE e.rule_id = %(rule_id)s AND e.excused_on IS NOT NULL);
