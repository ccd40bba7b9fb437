-- Table of this transaction for questions, and for what was decided without asking.
CREATE TEMP TABLE stage_review ON COMMIT DROP AS
SELECT cell_key, personal, what, entity, text, records, candidates, state, answer FROM review WITH NO DATA;
