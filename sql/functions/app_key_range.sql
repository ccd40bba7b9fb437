-- All keys inside the area with this code: code12 * 8192 and up.
CREATE OR REPLACE FUNCTION app_key_range(p_code text)
RETURNS int8range
LANGUAGE sql IMMUTABLE AS $$
    SELECT int8range(rpad(p_code, 12, '0')::bigint * 8192,
                     (rpad(p_code, 12, '0')::bigint + (10 ^ (12 - length(p_code)))::bigint) * 8192)
$$;
