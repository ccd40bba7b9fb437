-- Hazards of some grades, from the day they were found until they are closed.
-- needs: target/stage
-- param kinds text[]: grades; empty for all
-- param lo bigint: first key
-- param hi bigint: key after the last
INSERT INTO stage_target (id, cell_key, begins, ends)
SELECT id, cell_key, found_on, LEAST(ended, closed_on)
FROM hazard
WHERE cell_key >= %(lo)s AND cell_key < %(hi)s AND merged_into IS NULL
  AND (%(kinds)s::text[] = '{}' OR grade = ANY(%(kinds)s))
  AND (state <> 'closed' OR closed_on IS NOT NULL);  -- closed nobody knows when: no target on any day
