-- The zone in which the installation counts days.
CREATE OR REPLACE FUNCTION app_zone()
RETURNS text
LANGUAGE sql STABLE AS $$
    SELECT value FROM meta WHERE key = 'tz'
$$;
