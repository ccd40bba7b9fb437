-- Base features in a box, for a map file.
-- param west double: degrees
-- param south double: degrees
-- param east double: degrees
-- param north double: degrees
-- param most integer: how many at the most
-- index: base_feature_geom
SELECT layer, kind, name, ST_AsBinary(geom) AS wkb FROM base_feature
WHERE geom && ST_MakeEnvelope(%(west)s, %(south)s, %(east)s, %(north)s, 4326) AND NOT tunnel
  AND (layer IN ('water', 'landuse', 'rail') OR (layer = 'road' AND kind IN ('major', 'minor')))
ORDER BY layer, kind
LIMIT %(most)s;
