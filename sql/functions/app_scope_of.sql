-- The keys that a role on an area or on cells may see. [0,1) is "outside every area": for those who import.
CREATE OR REPLACE FUNCTION app_scope_of(p_role text, p_area text, p_cells bigint[])
RETURNS int8multirange
LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE
        WHEN p_role IN ('system', 'admin') THEN '{[0,9007199254740992)}'::int8multirange
        WHEN p_role = 'officer' THEN
            COALESCE((SELECT range_agg(int8range(c, c + 1)) FROM unnest(p_cells) c), '{}'::int8multirange)
        WHEN p_area IS NULL OR p_role = 'auditor' THEN '{}'::int8multirange
        WHEN p_role = 'analyst' THEN int8multirange(app_key_range(p_area))
        ELSE int8multirange(int8range(0, 1), app_key_range(p_area))
    END
$$;
