-- Named roads.
SELECT name, tunnel, ST_AsBinary(geom) AS wkb FROM base_feature WHERE layer = 'road' AND name IS NOT NULL ORDER BY id;
