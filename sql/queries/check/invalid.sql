-- Invalid shapes by table.
SELECT 'area' AS name, count(*) AS n FROM area WHERE NOT ST_IsValid(geom)
UNION ALL SELECT 'cell_version', count(*) FROM cell_version WHERE NOT ST_IsValid(geom)
UNION ALL SELECT 'building', count(*) FROM building WHERE shape IS NOT NULL AND NOT ST_IsValid(shape)
UNION ALL SELECT 'base_feature', count(*) FROM base_feature WHERE NOT ST_IsValid(geom);
