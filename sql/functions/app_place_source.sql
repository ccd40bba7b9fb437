-- What every open record says of where it is, for the address base; mark changes whenever any of it does.
-- The number in front of it goes up when addresses are read in another way than before: every record is then read again.
CREATE OR REPLACE FUNCTION app_place_source()
RETURNS TABLE (kind text, ref_id bigint, level text, text text, street text, housenumber text, estate text,
               building_no text, name text, lon float8, lat float8, accuracy_m float8, area text, mark text)
LANGUAGE sql STABLE PARALLEL SAFE AS $$
SELECT s.kind, s.ref_id, s.level, s.text, s.street, s.housenumber, s.estate, s.building_no, s.name,
       ST_X(s.geom) AS lon, ST_Y(s.geom) AS lat, s.accuracy_m, CASE WHEN s.code LIKE '0%' THEN '' ELSE s.code END AS area,
       md5(concat_ws('|', 3, s.level, s.text, s.street, s.housenumber, s.estate, s.building_no, s.name, s.code, s.accuracy_m,
                     ST_X(s.geom), ST_Y(s.geom))) AS mark
FROM (
    SELECT 'building' AS kind, id AS ref_id, NULL AS level, address AS text, street, housenumber, estate, building_no, name,
           geom, COALESCE(accuracy_m, 10)::float8 AS accuracy_m, lpad((cell_key >> 13)::text, 12, '0') AS code
    FROM building WHERE kind = 'building' AND geom IS NOT NULL
    UNION ALL
    SELECT 'address', id, NULL, text, street, housenumber, estate, building_no, name,
           geom, COALESCE(accuracy_m, 10), lpad((cell_key >> 13)::text, 12, '0')
    FROM address WHERE geom IS NOT NULL
    UNION ALL
    SELECT 'facility', id, NULL, address, NULL, NULL, NULL, NULL, name,
           geom, COALESCE(accuracy_m, 15), lpad((cell_key >> 13)::text, 12, '0')
    FROM facility WHERE geom IS NOT NULL
    UNION ALL
    SELECT 'estate', id, 'estate', NULL, NULL, NULL, NULL, NULL, name,
           ST_PointOnSurface(geom), GREATEST(50, ST_Perimeter(Box2D(geom)::geometry) * 111320 / 8),
           lpad((cell_key >> 13)::text, 12, '0')
    FROM estate WHERE geom IS NOT NULL
    UNION ALL
    -- an estate that nobody drew, by its houses
    SELECT 'estate_houses', hashtextextended(estate || '|' || (cell_key >> 13), 0), 'estate', NULL, NULL, NULL, NULL, NULL,
           estate, ST_Centroid(ST_Collect(geom)),
           GREATEST(50, ST_Perimeter(Box2D(ST_Collect(geom))::geometry) * 111320 / 8),
           lpad((cell_key >> 13)::text, 12, '0')
    FROM building b
    WHERE kind = 'building' AND geom IS NOT NULL AND estate IS NOT NULL
      AND NOT EXISTS (SELECT FROM estate e
                      WHERE e.name = b.estate AND e.cell_key >> 13 = b.cell_key >> 13 AND e.geom IS NOT NULL)
    GROUP BY estate, cell_key >> 13
    UNION ALL
    SELECT 'alias', id, 'poi', NULL, NULL, NULL, NULL, NULL, name, geom, accuracy_m, lpad((cell_key >> 13)::text, 12, '0')
    FROM place_alias
    UNION ALL
    SELECT 'resident_group', id, 'group', NULL, NULL, NULL, NULL, NULL, name,
           ST_PointOnSurface(geom), GREATEST(100, ST_Perimeter(Box2D(geom)::geometry) * 111320 / 8),
           lpad((cell_key >> 13)::text, 12, '0')
    FROM resident_group WHERE geom IS NOT NULL AND name IS NOT NULL
    UNION ALL
    SELECT 'area', key, CASE level WHEN 12 THEN 'community' WHEN 9 THEN 'town' ELSE 'county' END,
           NULL, NULL, NULL, NULL, NULL, name,
           ST_PointOnSurface(geom), GREATEST(200, ST_Perimeter(Box2D(geom)::geometry) * 111320 / 8), rpad(code, 12, '0')
    FROM area WHERE upper_inf(valid)
) s
$$;
