-- Dwellings of some use, while they are used so.
-- needs: target/stage
-- param kinds text[]: uses; empty for all
-- param lo bigint: first key
-- param hi bigint: key after the last
INSERT INTO stage_target (id, cell_key, begins, ends)
SELECT id, cell_key, use_from, CASE WHEN %(kinds)s::text[] = '{}' THEN ended ELSE LEAST(ended, use_to + 1) END
FROM dwelling
WHERE cell_key >= %(lo)s AND cell_key < %(hi)s AND merged_into IS NULL
  AND (%(kinds)s::text[] = '{}' OR use = ANY(%(kinds)s));
