-- Candidates for one address: the doors of its roads with its number and the next ones on either side, the crossings of
-- its roads, and what bears one of its names. A range has at most 400 numbers (doors.MOST).
-- param roads text[]: roads in their one form
-- param numbers integer[]: numbers
-- param names text[]: names in their one form, roads among them
-- param houses text[]: houses in their one form
-- param most integer: rows of each
-- index: place_road or place_name
WITH found AS (
    (SELECT p.id FROM place p, unnest(%(numbers)s::int[]) n
     WHERE p.road = ANY(%(roads)s) AND p.road <> '' AND p.first >= 0 AND p.first BETWEEN n - 400 AND n AND p.last >= n LIMIT %(most)s)
    UNION
    (SELECT b.id FROM unnest(%(roads)s::text[]) r, unnest(%(numbers)s::int[]) n, LATERAL (
        SELECT p.id FROM place p
        WHERE p.road = r AND p.road <> '' AND p.first >= 0 AND p.first < n AND p.last < n AND p.last %% 2 = n %% 2
        ORDER BY p.first DESC LIMIT 1) b)
    UNION
    (SELECT b.id FROM unnest(%(roads)s::text[]) r, unnest(%(numbers)s::int[]) n, LATERAL (
        SELECT p.id FROM place p
        WHERE p.road = r AND p.road <> '' AND p.first > n AND p.first %% 2 = n %% 2
        ORDER BY p.first LIMIT 1) b)
    UNION
    (SELECT p.id FROM place p
     WHERE p.road = ANY(%(roads)s) AND p.road <> '' AND p.road2 = ANY(%(roads)s) AND p.road2 <> '' LIMIT %(most)s)
    UNION
    (SELECT p.id FROM place p
     WHERE p.name = ANY(%(names)s) AND p.name <> '' AND (p.house = '' OR p.house = ANY(%(houses)s)) LIMIT %(most)s)
)
SELECT p.level, p.name, p.road, p.road2, p.number, p.house, p.first, p.last, p.label, p.area,
       p.accuracy_m::float8 AS accuracy_m, ST_X(p.geom) AS lon, ST_Y(p.geom) AS lat, p.kind, p.ref_id
FROM place p JOIN found USING (id)
ORDER BY p.kind <> 'building', p.id;  -- of two that are as good the one that may have dwellings
