-- New questions; one that waits already counts its rows anew, one that is decided is not asked again.
-- needs: review/stage
-- param user_id bigint: who
INSERT INTO review AS r (cell_key, personal, what, entity, text, records, candidates, state, answer, created_by, decided_at)
SELECT cell_key, personal, what, entity, text, records, candidates, state, answer, %(user_id)s,
       CASE WHEN state <> 'open' THEN now() END
FROM stage_review
ON CONFLICT (cell_key, what, entity, text) DO UPDATE SET records = EXCLUDED.records, candidates = EXCLUDED.candidates
WHERE r.state = 'open';
