-- Officers with more than one and a half times the usual number (median) of obligations due this month.
-- needs: gap/stage
-- param lo bigint: first key
-- param hi bigint: key after the last
-- param today date: the day that counts as today
INSERT INTO stage_gap (kind, target, target_id, rule, cell_key, personal, since, n)
WITH held AS (
    SELECT o.id, o.cell_key, array_agg(p.id) AS posts FROM officer o JOIN post p ON p.officer_id = o.id
    WHERE o.cell_key >= %(lo)s AND o.cell_key < %(hi)s AND o.ended IS NULL AND o.merged_into IS NULL
      AND p.target = 'cell' AND p.ended IS NULL AND p.merged_into IS NULL
      AND p.starts <= %(today)s AND (p.ends IS NULL OR p.ends >= %(today)s)
    GROUP BY o.id, o.cell_key),
open AS (
    SELECT h.id, h.cell_key, count(b.rule_id)::integer AS n FROM held h
    LEFT JOIN obligation b ON b.post_id = ANY(h.posts) AND b.cell_key >= %(lo)s AND b.cell_key < %(hi)s
         AND b.due >= date_trunc('month', %(today)s::date) AND b.due < date_trunc('month', %(today)s::date) + interval '1 month'
    GROUP BY h.id, h.cell_key)
SELECT 'officer_over', 'officer', id, '', cell_key, false, NULL::date, n FROM open
WHERE n > 1.5 * (SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY n) FROM open) AND n >= 50;
