-- How many targets (户) have an obligation of these days that is not excused, and how many of them at least one that is
-- fulfilled, by cell, officer or rule.
-- param lo bigint: first key
-- param hi bigint: key after the last
-- param start date: first due day
-- param stop date: day after the last
-- param today date: the day that counts as today
-- param rules integer[]: versions of rules; none for all
-- param by text: cell, officer, rule
SELECT key, count(*) AS targets, count(*) FILTER (WHERE covered) AS covered
FROM (SELECT CASE %(by)s WHEN 'cell' THEN o.cell_key WHEN 'officer' THEN p.officer_id ELSE o.rule_id END AS key,
             r.target, o.target_id, bool_or(COALESCE(o.fulfilled_on <= %(today)s, false)) AS covered
      FROM obligation o JOIN rule r ON r.id = o.rule_id LEFT JOIN post p ON p.id = o.post_id
      WHERE o.cell_key >= %(lo)s AND o.cell_key < %(hi)s AND o.due >= %(start)s AND o.due < %(stop)s
        AND o.opens <= %(today)s AND (o.excused_on IS NULL OR o.excused_on > %(today)s OR o.fulfilled_on <= %(today)s)
        AND (%(rules)s::integer[] IS NULL OR o.rule_id = ANY(%(rules)s))
      GROUP BY 1, r.target, o.target_id) t
GROUP BY key;
