-- A point of patrols: what it is called, where it is, and how far a telephone is from it.
-- param target text: kind
-- param id bigint: number
-- param lon double: of the telephone; none where it does not say
-- param lat double: of the telephone
SELECT p.id, p.name, p.cell_key, p.accuracy_m, ST_X(ST_PointOnSurface(p.geom)) AS lon, ST_Y(ST_PointOnSurface(p.geom)) AS lat,
       ST_Distance(p.geom::geography, ST_SetSRID(ST_MakePoint(%(lon)s, %(lat)s), 4326)::geography) AS far_m
FROM (
    SELECT id, name, cell_key, accuracy_m, geom FROM estate WHERE %(target)s = 'estate' AND id = %(id)s
    UNION ALL
    SELECT id, COALESCE(name, NULLIF(concat(estate, building_no), ''), address), cell_key, accuracy_m, COALESCE(shape, geom)
    FROM building WHERE %(target)s = 'building' AND id = %(id)s
    UNION ALL
    SELECT id, name, cell_key, accuracy_m, geom FROM hazard_source WHERE %(target)s = 'hazard_source' AND id = %(id)s
    UNION ALL
    SELECT id, name, cell_key, accuracy_m, geom FROM organisation WHERE %(target)s = 'organisation' AND id = %(id)s
    UNION ALL
    SELECT id, name, cell_key, accuracy_m, geom FROM facility WHERE %(target)s = 'facility' AND id = %(id)s
    UNION ALL
    SELECT id, name, cell_key, accuracy_m, geom FROM component WHERE %(target)s = 'component' AND id = %(id)s) p;
