-- Which of these keys are cells in use.
-- param keys bigint[]: keys
SELECT key FROM cell WHERE key = ANY(%(keys)s) AND ended IS NULL;
