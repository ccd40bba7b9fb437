-- Estates that no building of their community names.
-- needs: gap/stage
-- param lo bigint: first key
-- param hi bigint: key after the last
INSERT INTO stage_gap (kind, target, target_id, rule, cell_key, personal, since, n)
SELECT 'estate_empty', 'estate', e.id, '', e.cell_key, false, NULL::date, NULL::integer
FROM estate e
WHERE e.cell_key >= %(lo)s AND e.cell_key < %(hi)s AND e.ended IS NULL AND e.merged_into IS NULL AND NOT EXISTS (SELECT FROM building b WHERE b.estate = e.name AND b.ended IS NULL
                               AND b.cell_key / 8192 = e.cell_key / 8192);
