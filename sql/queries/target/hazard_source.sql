-- Sources of danger of some grades.
-- needs: target/stage
-- param kinds text[]: codes; empty for all
-- param lo bigint: first key
-- param hi bigint: key after the last
INSERT INTO stage_target (id, cell_key, begins, ends)
SELECT id, cell_key, NULL, ended
FROM hazard_source
WHERE cell_key >= %(lo)s AND cell_key < %(hi)s AND merged_into IS NULL
  AND (%(kinds)s::text[] = '{}' OR grade = ANY(%(kinds)s));
