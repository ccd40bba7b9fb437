-- Officers with more than one and a half times the usual number (median) of obligations due this month. Most of those
-- are for residents, so their number is told to those only whose duty residents are.
-- needs: gap/stage
-- param lo bigint: first key
-- param hi bigint: key after the last
-- param today date: the day that counts as today
INSERT INTO stage_gap (kind, target, target_id, rule, cell_key, personal, since, n)
WITH due AS (
    SELECT b.post_id, count(*)::integer AS n FROM obligation b
    WHERE b.cell_key >= %(lo)s AND b.cell_key < %(hi)s AND b.post_id IS NOT NULL
      AND b.due >= date_trunc('month', %(today)s::date)
      AND b.due < date_trunc('month', %(today)s::date) + interval '1 month'
    GROUP BY b.post_id),
held AS (
    SELECT o.id, o.cell_key, COALESCE(sum(d.n), 0)::integer AS n
    FROM officer o
    JOIN post p ON p.officer_id = o.id
    LEFT JOIN due d ON d.post_id = p.id
    WHERE o.cell_key >= %(lo)s AND o.cell_key < %(hi)s AND o.ended IS NULL AND o.merged_into IS NULL
      AND p.target = 'cell' AND p.ended IS NULL AND p.merged_into IS NULL
      AND p.starts <= %(today)s AND (p.ends IS NULL OR p.ends >= %(today)s)
    GROUP BY o.id, o.cell_key)
SELECT 'officer_over', 'officer', id, '', cell_key, true, NULL::date, n FROM held
WHERE n > 1.5 * (SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY n) FROM held) AND n >= 50;
