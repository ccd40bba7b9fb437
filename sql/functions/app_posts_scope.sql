-- The keys that an officer's posts give on a day: posts on areas and cells; others mean duty only. A post on a special
-- cell gives the basic cells that it has ground of, but never the residents there. Runs with the caller's own rights: an
-- officer sees her own posts.
DROP FUNCTION IF EXISTS app_posts_scope(bigint, date);
CREATE OR REPLACE FUNCTION app_posts_scope(p_officer bigint, p_day date, p_people boolean)
RETURNS int8multirange
LANGUAGE sql STABLE AS $$
    SELECT COALESCE(range_agg(k.keys), '{}'::int8multirange)
    FROM post p
    LEFT JOIN cell c ON p.target = 'cell' AND c.key = p.cell_key
    CROSS JOIN LATERAL (
        SELECT app_key_range(a.code) AS keys FROM area a
        WHERE p.target = 'area' AND a.key = p.cell_key AND a.valid @> p_day
        UNION ALL
        SELECT int8range(p.cell_key, p.cell_key + 1) WHERE p.target = 'cell' AND (c.kind = 'basic' OR NOT p_people)
        UNION ALL
        SELECT int8range(v.cell_key, v.cell_key + 1)
        FROM cell_version s
        JOIN cell_version v ON v.kind = 'basic' AND v.valid @> p_day AND v.geom && s.geom
                           AND ST_Relate(v.geom, s.geom, '2********')
        WHERE p.target = 'cell' AND c.kind <> 'basic' AND NOT p_people AND s.cell_key = p.cell_key AND s.valid @> p_day
    ) k
    WHERE p.officer_id = p_officer AND p.starts <= p_day AND COALESCE(p.ends, p_day) >= p_day
      AND COALESCE(p.ended, p_day + 1) > p_day AND p.merged_into IS NULL
$$;
