-- One building with its footprint.
-- param id bigint: number
SELECT e.id, e.name, e.kind, e.use, e.floors, e.height, e.units, e.households, e.estate, e.street, e.housenumber,
       e.building_no, e.address, e.cell_key, e.cell_alt, e.assign_status, e.located_by, e.accuracy_m, e.source_crs,
       e.source_key, e.batch_id, e.xmin::text AS version, ST_X(e.geom) AS lon, ST_Y(e.geom) AS lat, ST_AsGeoJSON(e.shape, 8)::jsonb AS shape
FROM building e
WHERE e.id = %(id)s;
