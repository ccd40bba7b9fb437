-- Rows of a roll that no record of the base is.
-- needs: stage, reconcile/stage
SELECT s.row_no, s.lon AS roll_lon, s.lat AS roll_lat FROM {stage} s
WHERE NOT EXISTS (SELECT FROM stage_pair p WHERE p.row_no = s.row_no)
ORDER BY s.row_no;
