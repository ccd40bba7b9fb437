-- Events that are not closed by their limit.
-- needs: gap/stage
-- param lo bigint: first key
-- param hi bigint: key after the last
-- param today date: the day that counts as today
INSERT INTO stage_gap (kind, target, target_id, rule, cell_key, personal, since, n)
SELECT 'event_late', 'event', e.id, '', e.cell_key, false, (e.due_at AT TIME ZONE app_zone())::date, NULL::integer
FROM event e
WHERE e.cell_key >= %(lo)s AND e.cell_key < %(hi)s AND e.state = 'open' AND e.due_at < %(today)s::timestamp AT TIME ZONE app_zone();
