-- The keys that an officer's posts give on a day: posts on areas and cells; others mean duty only. Runs with the caller's
-- own rights: an officer sees her own posts.
CREATE OR REPLACE FUNCTION app_posts_scope(p_officer bigint, p_day date)
RETURNS int8multirange
LANGUAGE sql STABLE AS $$
    SELECT COALESCE(range_agg(CASE WHEN p.target = 'cell' THEN int8range(p.cell_key, p.cell_key + 1)
                                   ELSE app_key_range(a.code) END), '{}'::int8multirange)
    FROM post p
    LEFT JOIN area a ON p.target = 'area' AND a.key = p.cell_key AND a.valid @> p_day
    WHERE p.officer_id = p_officer AND p.starts <= p_day AND COALESCE(p.ends, p_day) >= p_day
      AND COALESCE(p.ended, p_day + 1) > p_day AND p.merged_into IS NULL
      AND (p.target = 'cell' OR a.code IS NOT NULL)
$$;
