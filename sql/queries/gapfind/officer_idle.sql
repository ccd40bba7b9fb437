-- Officers with a post on a cell and no visit in the last fourteen days.
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
    GROUP BY o.id, o.cell_key)
SELECT 'officer_idle', 'officer', h.id, '', h.cell_key, false,
       (SELECT max(v.day) FROM visit v WHERE v.officer_id = h.id), NULL::integer
FROM held h
WHERE NOT EXISTS (SELECT FROM visit v WHERE v.officer_id = h.id AND v.day > %(today)s::date - 14 AND v.day <= %(today)s);
