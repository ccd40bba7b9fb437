-- A proposal is decided for what was said up to its day.
-- param kind text: kind of gap
-- param target text: kind of target
-- param target_id bigint: target
-- param cell_key bigint: cell
-- param day date: day of the visit that said so
-- param decision text: accepted, kept
-- param reason text: why the record stays as it is
-- param user_id bigint: by whom
INSERT INTO proposal (kind, target, target_id, cell_key, personal, day, decision, reason, decided_by)
VALUES (%(kind)s, %(target)s, %(target_id)s, %(cell_key)s, true, %(day)s, %(decision)s, %(reason)s, %(user_id)s)
ON CONFLICT (kind, target, target_id) DO UPDATE SET cell_key = excluded.cell_key, day = excluded.day,
    decision = excluded.decision, reason = excluded.reason, decided_by = excluded.decided_by, decided_at = now();
