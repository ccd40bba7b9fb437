-- The names in the base, each once, with whether it is a road, and the level of those that are names of counties and
-- towns.
SELECT word, bool_or(is_road) AS is_road, max(level) AS level FROM (
    SELECT name AS word, level = 'road' AS is_road, CASE WHEN level IN ('county', 'town') THEN level END AS level
    FROM place WHERE name <> ''
    UNION ALL SELECT road, true, NULL FROM place WHERE road <> ''
    UNION ALL SELECT road2, true, NULL FROM place WHERE road2 <> ''
) w
GROUP BY word;
