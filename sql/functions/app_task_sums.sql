-- Obligations that fall due in some days counted by cell, rule and post: how many are what on a day (docs/coverage.md).
-- Keys from p_lo up to and without p_hi; days likewise.
CREATE OR REPLACE FUNCTION app_task_counts(
    p_lo bigint, p_hi bigint, p_start date, p_stop date, p_today date, p_not_found text[], p_refused text[])
RETURNS TABLE (cell_key bigint, rule_id integer, post_id bigint, personal boolean, done bigint, late bigint,
    excused bigint, not_found bigint, refused bigint, nobody bigint, due bigint, overdue bigint, recent bigint,
    visits bigint, attempts bigint, unconfirmed bigint, backdated bigint)
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT o.cell_key, o.rule_id, o.post_id, o.personal,
           count(*) FILTER (WHERE o.status = 1), count(*) FILTER (WHERE o.status = 2),
           count(*) FILTER (WHERE o.status = 3), count(*) FILTER (WHERE o.status = 4),
           count(*) FILTER (WHERE o.status = 5), count(*) FILTER (WHERE o.status = 6),
           count(*) FILTER (WHERE o.status = 7), count(*) FILTER (WHERE o.status = 8),
           count(*) FILTER (WHERE o.fulfilled_on BETWEEN p_today - 6 AND p_today),
           sum(o.visits), sum(o.attempts), sum(o.unconfirmed), sum(o.backdated)
    FROM (SELECT x.*, app_task_status(x.fulfilled_on, x.due, x.excused_on, x.tried_on, x.tried, x.post_id, p_today,
                                      p_not_found, p_refused) AS status
          FROM obligation x
          WHERE x.cell_key >= p_lo AND x.cell_key < p_hi AND x.due >= p_start AND x.due < p_stop
            AND x.opens <= p_today) o
    GROUP BY o.cell_key, o.rule_id, o.post_id, o.personal
$$;

-- How many targets (户) have one of these obligations that is not excused, and how many of them at least one that is
-- fulfilled: a target counts once in a cell, once for each post in it or once for each rule in it, as p_grain says.
-- Records of different kinds may have the same number: `kinds` has, by number of a rule, the first rule for its kind of
-- target. An array, since a join in here would be one a row.
CREATE OR REPLACE FUNCTION app_task_doors(
    p_lo bigint, p_hi bigint, p_start date, p_stop date, p_today date, p_rules integer[], p_grain text)
RETURNS TABLE (cell_key bigint, part bigint, personal boolean, targets bigint, covered bigint)
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT t.cell_key, t.part, t.personal, count(*), count(*) FILTER (WHERE t.covered)
    FROM (SELECT o.cell_key, CASE p_grain WHEN 'post' THEN COALESCE(o.post_id, 0) WHEN 'rule' THEN o.rule_id ELSE 0 END AS part,
                 o.personal, kinds[o.rule_id] AS kind, o.target_id, bool_or(COALESCE(o.fulfilled_on <= p_today, false)) AS covered
          FROM obligation o, (SELECT (SELECT array_agg(COALESCE(kind, 0) ORDER BY n) FROM generate_series(1, (SELECT max(id) FROM rule)) n
                              LEFT JOIN (SELECT id, min(id) OVER (PARTITION BY target) AS kind FROM rule) r ON r.id = n) AS kinds) k
          WHERE o.cell_key >= p_lo AND o.cell_key < p_hi AND o.due >= p_start AND o.due < p_stop
            AND o.opens <= p_today AND (o.excused_on IS NULL OR o.excused_on > p_today OR o.fulfilled_on <= p_today)
            AND (p_rules IS NULL OR o.rule_id = ANY(p_rules))
          GROUP BY 1, 2, 3, 4, 5) t
    GROUP BY t.cell_key, t.part, t.personal
$$;
