-- A question is decided.
-- param id bigint: number
-- param state text: accepted, corrected, taught, dismissed
-- param answer jsonb: what it is
-- param user_id bigint: who
UPDATE review SET state = %(state)s, answer = %(answer)s, decided_by = %(user_id)s, decided_at = now(),
    decided_name = NULLIF(current_setting('app.user_name', true), '')
WHERE id = %(id)s AND state = 'open';
