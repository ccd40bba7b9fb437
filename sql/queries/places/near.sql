-- Candidates for one address: the doors of its roads, the crossings of them, and what bears one of its names.
-- param roads text[]: roads in their one form
-- param names text[]: names in their one form, roads among them
-- param most integer: rows of each
-- index: place_road or place_name
(SELECT level, name, road, road2, number, house, first, last, label, area, accuracy_m::float8 AS accuracy_m,
        ST_X(geom) AS lon, ST_Y(geom) AS lat, kind, ref_id
 FROM place WHERE road = ANY(%(roads)s) AND road <> '' LIMIT %(most)s)
UNION ALL
(SELECT level, name, road, road2, number, house, first, last, label, area, accuracy_m::float8,
        ST_X(geom), ST_Y(geom), kind, ref_id
 FROM place WHERE name = ANY(%(names)s) AND name <> '' AND NOT (road = ANY(%(roads)s)) LIMIT %(most)s);
