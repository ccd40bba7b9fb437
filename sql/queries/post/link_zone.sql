-- The duty zone that each post names: by its key in a list or its name, one that only one zone of the area has.
-- needs: post/stage
-- param lo bigint: first key
-- param hi bigint: key after the last
UPDATE stage_post s SET zone_id = z.id, cell_key = z.cell_key
FROM (SELECT w.word, min(w.id) AS id, min(w.cell_key) AS cell_key
      FROM (SELECT name AS word, id, cell_key FROM zone
            WHERE cell_key >= %(lo)s AND cell_key < %(hi)s AND ended IS NULL AND merged_into IS NULL
            UNION SELECT source_key, id, cell_key FROM zone
            WHERE cell_key >= %(lo)s AND cell_key < %(hi)s AND ended IS NULL AND merged_into IS NULL) w
      GROUP BY w.word HAVING count(DISTINCT w.id) = 1) z
WHERE s.target = 'zone' AND z.word = s.zone;
