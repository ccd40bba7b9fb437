-- The whole base.
SELECT level, name, road, road2, number, house, first, last, label, area, accuracy_m::float8 AS accuracy_m,
       ST_X(geom) AS lon, ST_Y(geom) AS lat, kind, ref_id
FROM place WHERE level <> 'none'
ORDER BY kind <> 'building', id;  -- of two that are as good the one that may have dwellings
