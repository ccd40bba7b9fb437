-- Addresses and spellings that nobody has decided.
-- needs: gap/stage
-- param lo bigint: first key
-- param hi bigint: key after the last
INSERT INTO stage_gap (kind, target, target_id, rule, cell_key, personal, since, n)
SELECT 'address_open', 'review', v.id, '', v.cell_key, v.personal, (v.created_at AT TIME ZONE app_zone())::date, v.records
FROM review v WHERE v.cell_key >= %(lo)s AND v.cell_key < %(hi)s AND v.state = 'open';
