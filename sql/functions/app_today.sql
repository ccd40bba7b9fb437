-- Today where the installation is.
CREATE OR REPLACE FUNCTION app_today()
RETURNS date
LANGUAGE sql STABLE AS $$
    SELECT (now() AT TIME ZONE (SELECT value FROM meta WHERE key = 'tz'))::date
$$;
