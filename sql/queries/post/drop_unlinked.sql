-- Take posts out of the file that name nobody or nothing.
-- needs: post/stage
-- param rows bigint[]: rows
DELETE FROM stage_post WHERE row_no = ANY(%(rows)s);
