-- Figures of a draft after it was changed by hand; its method is that from now on.
-- param division_id bigint: the draft
-- param figures jsonb: loads, gaps, overlaps
UPDATE division SET figures = %(figures)s, params = params || '{"edited": true}' WHERE id = %(division_id)s;
