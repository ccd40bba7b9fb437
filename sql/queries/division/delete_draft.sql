-- Throw a draft away.
-- param division_id bigint: number
DELETE FROM division WHERE id = %(division_id)s AND status = 'draft';
