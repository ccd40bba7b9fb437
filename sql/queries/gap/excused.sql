-- The gap of a rule and target for which nobody has to be visited any more.
-- param code text: code of the rule
-- param target_id bigint: target
DELETE FROM gap WHERE kind IN ('missed', 'overdue') AND rule = %(code)s AND target_id = %(target_id)s;
