-- Named roads and water in and round a shape, and named estates: what a border can be described by.
-- param wkb bytea: polygon in lon/lat
-- param degrees double: how far round it
SELECT layer, kind, name, ST_AsBinary(geom) AS wkb FROM base_feature
WHERE layer IN ('road', 'rail', 'water') AND name <> '' AND NOT tunnel
  AND ST_DWithin(geom, ST_SetSRID(ST_GeomFromWKB(%(wkb)s), 4326), %(degrees)s)
UNION ALL
SELECT 'estate', kind, name, ST_AsBinary(geom) FROM estate
WHERE name <> '' AND ST_Dimension(geom) = 2
  AND ST_DWithin(geom, ST_SetSRID(ST_GeomFromWKB(%(wkb)s), 4326), %(degrees)s);
