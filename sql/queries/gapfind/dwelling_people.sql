-- Dwellings that are lived in and of which nobody is registered.
-- needs: gap/stage
-- param lo bigint: first key
-- param hi bigint: key after the last
INSERT INTO stage_gap (kind, target, target_id, rule, cell_key, personal, since, n)
SELECT 'dwelling_people', 'dwelling', d.id, '', d.cell_key, true, NULL::date, NULL::integer
FROM dwelling d
WHERE d.cell_key >= %(lo)s AND d.cell_key < %(hi)s AND d.ended IS NULL AND d.merged_into IS NULL AND COALESCE(d.use, 'own') IN ('own', 'let')
  AND NOT EXISTS (SELECT FROM household h WHERE h.dwelling_id = d.id AND h.ended IS NULL)
  AND NOT EXISTS (SELECT FROM person p WHERE p.dwelling_id = d.id AND p.ended IS NULL);
