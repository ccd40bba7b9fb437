-- Households, or those with somebody in a service category while she is in it.
-- needs: target/stage
-- param kinds text[]: service categories; empty for all
-- param lo bigint: first key
-- param hi bigint: key after the last
INSERT INTO stage_target (id, cell_key, begins, ends)
SELECT id, cell_key, NULL, ended
FROM household
WHERE %(kinds)s::text[] = '{}' AND cell_key >= %(lo)s AND cell_key < %(hi)s AND merged_into IS NULL
UNION ALL
SELECT h.id, h.cell_key, NULLIF(p.begins, '-infinity'), NULLIF(LEAST(h.ended, p.ends), 'infinity')
FROM (SELECT p.household_id, min(COALESCE((c ->> 'from')::date, '-infinity')) AS begins,
             max(LEAST(COALESCE((c ->> 'to')::date + 1, 'infinity'), COALESCE(p.ended, 'infinity'))) AS ends
      FROM person p
      CROSS JOIN LATERAL jsonb_array_elements(p.categories) c
      WHERE %(kinds)s::text[] <> '{}' AND p.cell_key >= %(lo)s AND p.cell_key < %(hi)s AND p.merged_into IS NULL
        AND p.categories <> '[]' AND c ->> 'code' = ANY(%(kinds)s)
      GROUP BY p.household_id) p
JOIN household h ON h.id = p.household_id
WHERE h.merged_into IS NULL;
