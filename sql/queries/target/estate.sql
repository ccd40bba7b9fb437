-- Estates that a rule is about. What kind one is stands in its record as somebody wrote it: the code, the name of the
-- list or another word for it.
-- needs: target/stage
-- param kinds text[]: codes of kinds, or flagged: those the office keeps an eye on; empty for all
-- param lo bigint: first key
-- param hi bigint: key after the last
INSERT INTO stage_target (id, cell_key, begins, ends)
SELECT id, cell_key, NULL, ended
FROM estate e
WHERE cell_key >= %(lo)s AND cell_key < %(hi)s AND merged_into IS NULL
  AND (%(kinds)s::text[] = '{}' OR kind = ANY(%(kinds)s) OR flagged AND 'flagged' = ANY(%(kinds)s)
       OR EXISTS (SELECT FROM code c WHERE c.list = 'estate_kind' AND c.code = ANY(%(kinds)s)
                  AND (e.kind = c.name OR e.kind = ANY(c.aliases))));
