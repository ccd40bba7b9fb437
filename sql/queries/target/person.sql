-- Residents, or those in a service category while they are in it.
-- needs: target/stage
-- param kinds text[]: service categories; empty for all
-- param lo bigint: first key
-- param hi bigint: key after the last
INSERT INTO stage_target (id, cell_key, begins, ends)
SELECT id, cell_key, moved_in, ended
FROM person
WHERE %(kinds)s::text[] = '{}' AND cell_key >= %(lo)s AND cell_key < %(hi)s AND merged_into IS NULL
UNION ALL
SELECT p.id, p.cell_key, NULLIF(GREATEST(p.moved_in, min(COALESCE((c ->> 'from')::date, '-infinity'))), '-infinity'),
       NULLIF(LEAST(p.ended, max(COALESCE((c ->> 'to')::date + 1, 'infinity'))), 'infinity')
FROM person p
CROSS JOIN LATERAL jsonb_array_elements(p.categories) c
WHERE p.cell_key >= %(lo)s AND p.cell_key < %(hi)s AND p.merged_into IS NULL
  AND %(kinds)s::text[] <> '{}' AND p.categories <> '[]' AND c ->> 'code' = ANY(%(kinds)s)
GROUP BY p.id;
