-- The officer of each visit, by number or by a name that only one has: of a list of the area or with a post on its ground,
-- still an officer on that day.
-- needs: visit/stage
-- param lo bigint: first key
-- param hi bigint: key after the last
UPDATE stage_visit s SET officer_id = o.id
FROM (SELECT v.row_no, min(w.id) AS id
      FROM stage_visit v
      JOIN (SELECT w.word, COALESCE(o.merged_into, o.id) AS id, o.ended FROM officer o
            CROSS JOIN LATERAL (VALUES (o.number), (o.name)) AS w (word)
            WHERE o.cell_key >= %(lo)s AND o.cell_key < %(hi)s
                  OR EXISTS (SELECT FROM post p WHERE p.officer_id = o.id AND p.cell_key >= %(lo)s AND p.cell_key < %(hi)s)) w
           ON w.word = v.officer AND (w.ended IS NULL OR w.ended > v.day)
      GROUP BY v.row_no HAVING count(DISTINCT w.id) = 1) o
WHERE o.row_no = s.row_no;
