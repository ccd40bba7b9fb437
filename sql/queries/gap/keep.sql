-- Gaps that are found: new ones, and those that changed; without a day of their own they are there since they were found.
-- needs: gap/stage
-- param today date: the day that counts as today
INSERT INTO gap AS g (kind, target, target_id, rule, cell_key, personal, since, n)
SELECT kind, target, target_id, rule, cell_key, personal, COALESCE(since, %(today)s), n FROM stage_gap
ON CONFLICT (kind, target, target_id, rule) DO UPDATE
SET cell_key = EXCLUDED.cell_key, n = EXCLUDED.n, personal = EXCLUDED.personal,
    since = CASE WHEN EXCLUDED.since = %(today)s THEN g.since ELSE EXCLUDED.since END
WHERE (g.cell_key, g.n, g.personal) IS DISTINCT FROM (EXCLUDED.cell_key, EXCLUDED.n, EXCLUDED.personal)
   OR (EXCLUDED.since <> %(today)s AND g.since <> EXCLUDED.since);
