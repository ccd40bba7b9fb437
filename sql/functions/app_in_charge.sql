-- Who has a post on a cell, or on a subcell, on a day: kind of post, name and telephone, as JSON for a list or a sign.
-- Runs with the caller's own rights.
CREATE OR REPLACE FUNCTION app_in_charge(p_cell bigint, p_subcell bigint, p_day date)
RETURNS jsonb
LANGUAGE sql STABLE AS $$
    SELECT jsonb_agg(jsonb_build_object('kind', p.kind, 'name', o.name, 'phone', o.phone) ORDER BY p.kind, p.cover, o.id)
    FROM post p JOIN officer o ON o.id = p.officer_id
    WHERE (p.cell_key = p_cell AND p.target = 'cell' OR p.subcell_id = p_subcell)
      AND p.starts <= p_day AND (p.ends IS NULL OR p.ends >= p_day)
      AND p.ended IS NULL AND p.merged_into IS NULL AND o.ended IS NULL
$$;
