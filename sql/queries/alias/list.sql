-- Names that people use, by name.
SELECT id, name, target, ST_X(geom) AS lon, ST_Y(geom) AS lat, accuracy_m, cell_key, by_name, created_at
FROM place_alias ORDER BY name, cell_key;
