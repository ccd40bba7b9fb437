-- The names in the base, each once, with whether it is a road.
SELECT DISTINCT word, is_road FROM (
    SELECT name AS word, level = 'road' AS is_road FROM place WHERE name <> ''
    UNION ALL SELECT road, true FROM place WHERE road <> ''
    UNION ALL SELECT road2, true FROM place WHERE road2 <> ''
) w;
