-- One gap.
-- param kind text: kind of gap
-- param target text: kind of target
-- param target_id bigint: target
SELECT kind, target, target_id, cell_key, personal, since FROM gap
WHERE kind = %(kind)s AND target = %(target)s AND target_id = %(target_id)s AND rule = '';
