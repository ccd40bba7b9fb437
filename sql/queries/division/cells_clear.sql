-- Take the cells of a draft away, before changed ones are written.
-- param division_id bigint: the draft
DELETE FROM cell_version WHERE division_id = %(division_id)s;
