-- People of whom the identity number or the date of birth is not known.
-- needs: gap/stage
-- param lo bigint: first key
-- param hi bigint: key after the last
INSERT INTO stage_gap (kind, target, target_id, rule, cell_key, personal, since, n)
SELECT 'person_incomplete', 'person', p.id, '', p.cell_key, true, NULL::date, NULL::integer
FROM person p WHERE p.cell_key >= %(lo)s AND p.cell_key < %(hi)s AND p.ended IS NULL AND p.merged_into IS NULL AND (p.id_hash IS NULL OR p.birth IS NULL);
