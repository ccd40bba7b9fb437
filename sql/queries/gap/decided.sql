-- A gap is one no more.
-- param kind text: kind of gap
-- param target text: kind of target
-- param target_id bigint: target
DELETE FROM gap WHERE kind = %(kind)s AND target = %(target)s AND target_id = %(target_id)s AND rule = '';
