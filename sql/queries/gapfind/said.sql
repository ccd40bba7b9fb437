-- What the last visit of half a year said of a record that still says otherwise: moved away, vacant, wrong address.
-- needs: gap/stage
-- param lo bigint: first key
-- param hi bigint: key after the last
-- param today date: the day that counts as today
INSERT INTO stage_gap (kind, target, target_id, rule, cell_key, personal, since, n)
SELECT 'said_' || l.outcome, l.target, l.target_id, '', l.cell_key, true, l.day, NULL::integer
FROM (SELECT DISTINCT ON (v.target, v.target_id) v.target, v.target_id, v.outcome, v.day, v.cell_key
      FROM visit v
      WHERE v.cell_key >= %(lo)s AND v.cell_key < %(hi)s AND v.personal AND v.target_id IS NOT NULL AND v.ended IS NULL
        AND v.merged_into IS NULL AND v.day > %(today)s::date - 183 AND v.day <= %(today)s AND v.outcome <> 'absent'
      ORDER BY v.target, v.target_id, v.at DESC, v.id DESC) l
WHERE l.outcome IN ('moved', 'vacant', 'wrong')
  AND CASE l.target
      WHEN 'person' THEN EXISTS (SELECT FROM person p WHERE p.id = l.target_id AND p.ended IS NULL AND p.merged_into IS NULL
                                 AND (p.moved_in IS NULL OR p.moved_in <= l.day))
      WHEN 'household' THEN EXISTS (SELECT FROM household h WHERE h.id = l.target_id AND h.ended IS NULL AND h.merged_into IS NULL)
      ELSE EXISTS (SELECT FROM dwelling d WHERE d.id = l.target_id AND d.ended IS NULL AND d.merged_into IS NULL)
           AND (l.outcome = 'wrong'
                OR l.outcome = 'vacant' AND EXISTS (SELECT FROM dwelling d WHERE d.id = l.target_id AND d.use IS DISTINCT FROM 'empty')
                OR l.outcome = 'moved' AND EXISTS (SELECT FROM person p WHERE p.dwelling_id = l.target_id AND p.ended IS NULL
                       AND (p.moved_in IS NULL OR p.moved_in <= l.day)))
      END;
