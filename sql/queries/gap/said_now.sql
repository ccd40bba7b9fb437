-- What was found just now of one proposal.
-- needs: gap/stage
-- param kind text: kind of gap
-- param target text: kind of target
-- param target_id bigint: target
SELECT since FROM stage_gap WHERE kind = %(kind)s AND target = %(target)s AND target_id = %(target_id)s;
