-- Find the officer that each row names, by number or by a name that only one has.
-- needs: stage
-- param lo bigint: first key
-- param hi bigint: key after the last
UPDATE {stage} s SET officer_id = o.id
FROM (SELECT w.word, min(w.id) AS id
      FROM (SELECT number AS word, id FROM officer
            WHERE cell_key >= %(lo)s AND cell_key < %(hi)s AND ended IS NULL AND merged_into IS NULL
            UNION
            SELECT name, id FROM officer
            WHERE cell_key >= %(lo)s AND cell_key < %(hi)s AND ended IS NULL AND merged_into IS NULL) w
      GROUP BY w.word HAVING count(*) = 1) o
WHERE o.word = s.officer;
