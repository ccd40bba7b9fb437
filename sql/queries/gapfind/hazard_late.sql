-- Hazards that are not closed by their date.
-- needs: gap/stage
-- param lo bigint: first key
-- param hi bigint: key after the last
-- param today date: the day that counts as today
INSERT INTO stage_gap (kind, target, target_id, rule, cell_key, personal, since, n)
SELECT 'hazard_late', 'hazard', h.id, '', h.cell_key, false, h.due_on, NULL::integer
FROM hazard h WHERE h.cell_key >= %(lo)s AND h.cell_key < %(hi)s AND h.ended IS NULL AND h.merged_into IS NULL AND h.state <> 'closed' AND h.due_on < %(today)s;
