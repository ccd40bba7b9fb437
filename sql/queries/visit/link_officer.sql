-- The officer of each visit, by number or by a name that only one has, still an officer on that day: of those in the lists
-- of the area, or of those who have a post on its ground and stand in another area's list.
-- needs: visit/stage
-- param lo bigint: first key
-- param hi bigint: key after the last
-- param posted boolean: those with a post
-- param user_id bigint: only this account's officer; none for all
UPDATE stage_visit s SET officer_id = f.id
FROM (SELECT v.row_no, min(w.id) AS id
      FROM stage_visit v
      JOIN (SELECT w.word, COALESCE(o.merged_into, o.id) AS id, CASE WHEN o.merged_into IS NULL THEN o.ended END AS ended
            FROM officer o
            CROSS JOIN LATERAL (VALUES (o.number), (o.name)) AS w (word)
            WHERE CASE WHEN %(posted)s
                       THEN EXISTS (SELECT FROM post p WHERE p.officer_id = o.id AND p.cell_key >= %(lo)s AND p.cell_key < %(hi)s)
                       ELSE o.cell_key >= %(lo)s AND o.cell_key < %(hi)s END
              AND (%(user_id)s::bigint IS NULL OR o.user_id = %(user_id)s)) w
           ON w.word = v.officer AND (w.ended IS NULL OR w.ended > v.day)
      WHERE v.officer_id IS NULL
      GROUP BY v.row_no HAVING count(DISTINCT w.id) = 1) f
WHERE f.row_no = s.row_no;
