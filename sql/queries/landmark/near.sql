-- Footprints and roads in a box, to tell by which system a file of points is in.
-- param west float8: degrees
-- param south float8: degrees
-- param east float8: degrees
-- param north float8: degrees
-- param most int: at most so many of each
-- index: building_shape or base_feature_geom
(SELECT ST_AsBinary(shape) AS wkb FROM building
 WHERE shape && ST_MakeEnvelope(%(west)s, %(south)s, %(east)s, %(north)s, 4326) AND kind = 'building'
 LIMIT %(most)s)
UNION ALL
(SELECT ST_AsBinary(geom) FROM base_feature
 WHERE layer = 'road' AND geom && ST_MakeEnvelope(%(west)s, %(south)s, %(east)s, %(north)s, 4326)
 LIMIT %(most)s);
