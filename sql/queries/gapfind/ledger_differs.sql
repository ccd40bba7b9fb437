-- Differences between a roll and the base that nobody has decided.
-- needs: gap/stage
-- param lo bigint: first key
-- param hi bigint: key after the last
INSERT INTO stage_gap (kind, target, target_id, rule, cell_key, personal, since, n)
SELECT 'ledger_differs', 'difference', d.id, '', d.cell_key, d.personal, (r.created_at AT TIME ZONE app_zone())::date, NULL::integer
FROM difference d JOIN reconciliation r ON r.id = d.reconciliation_id
WHERE d.cell_key >= %(lo)s AND d.cell_key < %(hi)s AND d.decision = 'open';
