-- What a visit was to: a patrol to the cell that it was in, a meeting to the area, any other to its target.
CREATE OR REPLACE FUNCTION app_visited(p_target text, p_id bigint, p_cell bigint)
RETURNS bigint
LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE p_target WHEN 'cell' THEN p_cell WHEN 'area' THEN p_cell / 8192 * 8192 ELSE p_id END
$$;
