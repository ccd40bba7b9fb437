-- Differences are decided.
-- param ids bigint[]: numbers
-- param decision text: accepted or kept
-- param user_id bigint: who
-- param batch_id bigint: import that wrote them, if one did
UPDATE difference SET decision = %(decision)s, decided_by = %(user_id)s, decided_at = now(), batch_id = %(batch_id)s
WHERE id = ANY (%(ids)s) AND decision = 'open';
