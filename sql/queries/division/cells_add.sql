-- The cells of a draft.
-- needs: division/stage
-- param division_id bigint: the draft
INSERT INTO cell_version (division_id, ordinal, kind, code_alt, name, geom, area_m2, load)
SELECT %(division_id)s, ordinal, COALESCE(kind, 'basic'), code_alt, name, geom, area_m2, load FROM stage_cell ORDER BY ordinal;
