-- Codes of cells.
-- param keys bigint[]: keys
SELECT key, code FROM cell WHERE key = ANY(%(keys)s);
