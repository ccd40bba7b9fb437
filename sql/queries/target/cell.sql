-- Cells that a rule is about.
-- needs: target/stage
-- param kinds text[]: kinds; empty for all
-- param lo bigint: first key
-- param hi bigint: key after the last
INSERT INTO stage_target (id, cell_key, begins, ends)
SELECT key, key, born, ended
FROM cell
WHERE key >= %(lo)s AND key < %(hi)s AND (%(kinds)s::text[] = '{}' OR kind = ANY(%(kinds)s));
