-- Roads, railways, water and walls that touch a shape; not what is below the ground.
-- param wkb bytea: polygon in lon/lat
SELECT kind, detail, layer, ST_AsBinary(geom) AS wkb FROM base_feature
WHERE layer IN ('road', 'rail', 'water', 'barrier') AND NOT tunnel
  AND ST_Intersects(geom, ST_SetSRID(ST_GeomFromWKB(%(wkb)s), 4326));
