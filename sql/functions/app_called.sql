-- What people call a building: by its estate and number, by street and house number, or by its name.
CREATE OR REPLACE FUNCTION app_called(p_estate text, p_building_no text, p_street text, p_housenumber text, p_name text)
RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT COALESCE(p_estate || COALESCE(p_building_no, ''), p_street || COALESCE(p_housenumber, ''), p_name, '')
$$;
