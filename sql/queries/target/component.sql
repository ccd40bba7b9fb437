-- Components of some classes; a major class holds its minor ones.
-- needs: target/stage
-- param kinds text[]: codes; empty for all
-- param lo bigint: first key
-- param hi bigint: key after the last
INSERT INTO stage_target (id, cell_key, begins, ends)
SELECT id, cell_key, built_on, ended
FROM component
WHERE cell_key >= %(lo)s AND cell_key < %(hi)s AND merged_into IS NULL
  AND (%(kinds)s::text[] = '{}' OR class = ANY(%(kinds)s) OR left(class, 2) = ANY(%(kinds)s));
