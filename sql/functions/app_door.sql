-- A number as people mean it: 07幢, 7号楼, #7 and ７ are 7.
CREATE OR REPLACE FUNCTION app_no(p_text text)
RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT regexp_replace(
        regexp_replace(upper(normalize(p_text, NFKC)), '^[#第 ]+|(号楼|号院|单元|幢|栋|楼|座|室|号|门|#| )+$', '', 'g'),
        '^0+(?=.)', '')
$$;

-- What a building is called by: its estate and number there, otherwise street and house number; nothing without both.
CREATE OR REPLACE FUNCTION app_door(p_estate text, p_building_no text, p_street text, p_housenumber text)
RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN p_estate IS NOT NULL AND p_building_no IS NOT NULL
                THEN 'e|' || upper(p_estate) || '|' || app_no(p_building_no)
                WHEN p_street IS NOT NULL AND p_housenumber IS NOT NULL
                THEN 's|' || upper(p_street) || '|' || app_no(p_housenumber) END
$$;

-- What a dwelling is called by: its building, stairwell and door, otherwise its address as it came.
CREATE OR REPLACE FUNCTION app_room(p_building bigint, p_unit text, p_room text, p_address text)
RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN p_building IS NOT NULL
                THEN 'b|' || p_building || '|' || COALESCE(app_no(p_unit), '') || '|' || COALESCE(app_no(p_room), '')
                WHEN p_address IS NOT NULL THEN 'a|' || p_address END
$$;

-- What a household is called by: its dwelling and number.
CREATE OR REPLACE FUNCTION app_home(p_dwelling bigint, p_number text)
RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN p_dwelling IS NOT NULL OR p_number IS NOT NULL
                THEN COALESCE(p_dwelling::text, '') || '|' || COALESCE(p_number, '') END
$$;
