-- The shapes of a draft become shapes of cells.
-- needs: cell/stage
-- param division_id bigint: number
-- param day date: first day
UPDATE cell_version v SET cell_key = s.cell_key, valid = daterange(%(day)s::date, NULL)
FROM stage_identity s
WHERE v.division_id = %(division_id)s AND v.ordinal = s.ordinal;
