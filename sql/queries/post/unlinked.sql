-- Posts that name an officer, cell, duty zone or building that is not known.
-- needs: post/stage
SELECT row_no, CASE WHEN officer_id IS NULL THEN 'officer' WHEN target = 'cell' THEN 'cell'
                    WHEN target = 'subcell' THEN 'subcell' WHEN target = 'zone' THEN 'zone' ELSE 'building_no' END AS field,
       CASE WHEN officer_id IS NULL THEN officer WHEN target = 'cell' THEN cell
            WHEN target = 'subcell' THEN subcell WHEN target = 'zone' THEN zone END AS value,
       'post.unknown' AS reason
FROM stage_post
WHERE officer_id IS NULL OR (target = 'cell' AND cell_key & 8191 = 0)
      OR (target = 'subcell' AND subcell_id IS NULL)
      OR (target = 'zone' AND zone_id IS NULL)
      OR (target IN ('building', 'unit') AND building_id IS NULL)
ORDER BY row_no;
