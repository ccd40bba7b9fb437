-- What the last visit of half a year said of a record that still says otherwise: moved away, vacant, wrong address. A
-- later visit that is one to the same target (docs/coverage.md) and said something else takes it back, and so does a
-- decision.
-- needs: gap/stage
-- param lo bigint: first key
-- param hi bigint: key after the last
-- param today date: the day that counts as today
-- param silent text[]: outcomes that say nothing: nobody was at home
INSERT INTO stage_gap (kind, target, target_id, rule, cell_key, personal, since, n)
SELECT 'said_' || s.says, l.target, l.target_id, '', r.cell_key, true, l.day, NULL::integer
FROM (SELECT DISTINCT ON (v.target, v.target_id) v.target, v.target_id, v.outcome, v.day, v.at
      FROM visit v
      WHERE v.cell_key >= %(lo)s AND v.cell_key < %(hi)s AND v.personal AND v.target_id IS NOT NULL AND v.ended IS NULL
        AND v.merged_into IS NULL AND v.day > %(today)s::date - 183 AND v.day <= %(today)s AND v.outcome <> ALL(%(silent)s)
      ORDER BY v.target, v.target_id, v.at DESC, v.id DESC) l
JOIN (SELECT code, consequence AS says FROM code WHERE list = 'visit_outcome' AND consequence <> 'refused') s ON s.code = l.outcome
CROSS JOIN LATERAL (
    SELECT cell_key, id AS person, household_id AS household, dwelling_id AS dwelling, moved_in FROM person
    WHERE l.target = 'person' AND id = l.target_id AND ended IS NULL AND merged_into IS NULL
    UNION ALL SELECT cell_key, NULL, id, dwelling_id, NULL FROM household
    WHERE l.target = 'household' AND id = l.target_id AND ended IS NULL AND merged_into IS NULL
    UNION ALL SELECT cell_key, NULL, NULL, id, NULL FROM dwelling
    WHERE l.target = 'dwelling' AND id = l.target_id AND ended IS NULL AND merged_into IS NULL
          AND (s.says <> 'vacant' OR use IS DISTINCT FROM 'empty')) r
WHERE (r.moved_in IS NULL OR r.moved_in <= l.day)
  AND (s.says <> 'moved' OR l.target <> 'dwelling'
       OR EXISTS (SELECT FROM person p WHERE p.dwelling_id = l.target_id AND p.ended IS NULL AND p.merged_into IS NULL
                  AND (p.moved_in IS NULL OR p.moved_in <= l.day)))
  AND NOT EXISTS (SELECT FROM proposal p WHERE p.kind = 'said_' || s.says AND p.target = l.target
                  AND p.target_id = l.target_id AND p.day >= l.day)
  AND NOT EXISTS (
      SELECT FROM visit v WHERE v.target = 'dwelling' AND v.target_id = r.dwelling AND v.at > l.at AND v.day <= %(today)s
        AND v.outcome <> l.outcome AND v.outcome <> ALL(%(silent)s) AND v.ended IS NULL AND v.merged_into IS NULL)
  AND NOT EXISTS (
      SELECT FROM visit v
      WHERE v.target = 'household' AND v.at > l.at AND v.day <= %(today)s AND v.outcome <> l.outcome AND v.outcome <> ALL(%(silent)s)
        AND v.ended IS NULL AND v.merged_into IS NULL
        AND v.target_id IN (SELECT r.household UNION ALL SELECT h.id FROM household h
                            WHERE l.target = 'dwelling' AND h.dwelling_id = l.target_id))
  AND NOT EXISTS (
      SELECT FROM visit v
      WHERE v.target = 'person' AND l.target <> 'person' AND v.at > l.at AND v.day <= %(today)s
        AND v.outcome <> l.outcome AND v.outcome <> ALL(%(silent)s) AND v.ended IS NULL AND v.merged_into IS NULL
        AND v.target_id IN (SELECT p.id FROM person p
                            WHERE CASE l.target WHEN 'household' THEN p.household_id ELSE p.dwelling_id END = l.target_id));
