-- Stairwells of which no dwelling is registered.
-- needs: gap/stage
-- param lo bigint: first key
-- param hi bigint: key after the last
INSERT INTO stage_gap (kind, target, target_id, rule, cell_key, personal, since, n)
SELECT 'unit_doors', 'unit', u.id, '', u.cell_key, false, NULL::date, u.dwellings
FROM unit u
WHERE u.cell_key >= %(lo)s AND u.cell_key < %(hi)s AND u.ended IS NULL AND u.merged_into IS NULL AND NOT EXISTS (SELECT FROM dwelling d WHERE d.building_id = u.building_id AND d.ended IS NULL
                               AND app_no(d.unit_no) = app_no(u.unit_no));
