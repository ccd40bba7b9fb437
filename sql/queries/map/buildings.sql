-- Footprints in a box, for a map file.
-- param west double: degrees
-- param south double: degrees
-- param east double: degrees
-- param north double: degrees
-- param most integer: how many at the most
-- index: building_shape
SELECT 'building' AS layer, kind, name, ST_AsBinary(shape) AS wkb FROM building
WHERE shape && ST_MakeEnvelope(%(west)s, %(south)s, %(east)s, %(north)s, 4326)
LIMIT %(most)s;
