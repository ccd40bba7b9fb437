-- Basic cells that nobody has a post on.
-- needs: gap/stage
-- param lo bigint: first key
-- param hi bigint: key after the last
-- param today date: the day that counts as today
INSERT INTO stage_gap (kind, target, target_id, rule, cell_key, personal, since, n)
SELECT 'cell_nobody', 'cell', c.key, '', c.key, false,
       (SELECT max(COALESCE(p.ends, p.ended) + 1) FROM post p WHERE p.cell_key = c.key AND p.target = 'cell'
        AND COALESCE(p.ends, p.ended) < %(today)s),
       (SELECT sum(b.households)::integer FROM building b WHERE b.cell_key = c.key AND b.ended IS NULL)
FROM cell c
WHERE c.key >= %(lo)s AND c.key < %(hi)s AND c.ended IS NULL AND c.kind = 'basic'
  AND NOT EXISTS (SELECT FROM post p JOIN officer o ON o.id = p.officer_id
                  WHERE p.cell_key = c.key AND p.target = 'cell' AND p.ended IS NULL AND p.merged_into IS NULL
                    AND p.starts <= %(today)s AND (p.ends IS NULL OR p.ends >= %(today)s)
                    AND COALESCE(o.ended, 'infinity') > %(today)s);
