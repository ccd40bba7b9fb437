-- The ground of each post: the cell it names by code, own code or name (one that only one cell of the area has), otherwise
-- the building's cell or the area.
-- needs: post/stage
-- param lo bigint: first key
-- param hi bigint: key after the last
UPDATE stage_post s SET cell_key = c.key
FROM (SELECT w.word, min(w.key) AS key
      FROM (SELECT code AS word, key FROM cell WHERE key >= %(lo)s AND key < %(hi)s AND ended IS NULL
            UNION SELECT code_alt, key FROM cell WHERE key >= %(lo)s AND key < %(hi)s AND ended IS NULL
            UNION SELECT name, key FROM cell WHERE key >= %(lo)s AND key < %(hi)s AND ended IS NULL) w
      WHERE w.word IS NOT NULL
      GROUP BY w.word HAVING count(*) = 1) c
WHERE s.target IN ('cell', 'subcell') AND c.word = s.cell;
