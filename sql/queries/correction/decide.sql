-- A correction is decided.
-- param id bigint: number
-- param state text: approved or returned
-- param reason text: why it was returned
-- param user_id bigint: who
UPDATE correction SET state = %(state)s, reason = %(reason)s, decided_by = %(user_id)s, decided_at = now(),
    decided_name = NULLIF(current_setting('app.user_name', true), '')
WHERE id = %(id)s AND state = 'open';
