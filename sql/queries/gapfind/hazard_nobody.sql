-- Open hazards for which nobody is responsible.
-- needs: gap/stage
-- param lo bigint: first key
-- param hi bigint: key after the last
INSERT INTO stage_gap (kind, target, target_id, rule, cell_key, personal, since, n)
SELECT 'hazard_nobody', 'hazard', h.id, '', h.cell_key, false, h.found_on, NULL::integer
FROM hazard h WHERE h.cell_key >= %(lo)s AND h.cell_key < %(hi)s AND h.ended IS NULL AND h.merged_into IS NULL AND h.state <> 'closed' AND h.responsible IS NULL;
