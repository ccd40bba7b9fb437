-- Duty zones of some classes.
-- needs: target/stage
-- param kinds text[]: codes; empty for all
-- param lo bigint: first key
-- param hi bigint: key after the last
INSERT INTO stage_target (id, cell_key, begins, ends)
SELECT id, cell_key, NULL, ended
FROM zone
WHERE cell_key >= %(lo)s AND cell_key < %(hi)s AND merged_into IS NULL
  AND (%(kinds)s::text[] = '{}' OR class = ANY(%(kinds)s));
