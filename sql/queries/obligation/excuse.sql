-- Excuse an obligation, or put it back.
-- param code text: rule
-- param target_id bigint: target
-- param opens date: first day of its window
-- param day date: excused on; none: put back
-- param excuse text: why
-- param user_id bigint: by whom
UPDATE obligation o SET excused_on = %(day)s, excuse = %(excuse)s, excused_by = %(user_id)s
FROM rule r
WHERE r.id = o.rule_id AND r.code = %(code)s AND o.target_id = %(target_id)s AND o.opens = %(opens)s;
