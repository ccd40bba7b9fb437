-- Take visits out of the file whose target is not here.
-- needs: visit/stage
-- param rows bigint[]: rows
DELETE FROM stage_visit WHERE row_no = ANY(%(rows)s);
