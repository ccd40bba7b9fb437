-- Buildings that a rule is about: those with people, not garages and sheds.
-- needs: target/stage
-- param kinds text[]: uses, as their lists say; empty for all
-- param lo bigint: first key
-- param hi bigint: key after the last
INSERT INTO stage_target (id, cell_key, begins, ends)
SELECT id, cell_key, NULL, ended
FROM building
WHERE cell_key >= %(lo)s AND cell_key < %(hi)s AND merged_into IS NULL AND kind = 'building'
  AND (%(kinds)s::text[] = '{}' OR use = ANY(%(kinds)s));
