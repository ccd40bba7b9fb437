-- Rows of the file that the list has already, and whether their content differs.
-- param source_id bigint: the list
INSERT INTO stage_known (row_no, id, changed)
SELECT s.row_no, e.id,
       ROW (e.name, e.kind, e.use, e.floors, e.height, e.units,
            e.households, e.estate, e.street, e.housenumber, e.building_no, e.address,
            e.shape, e.geom, e.located_by)
       IS DISTINCT FROM
       ROW (s.name, s.kind, s.use, s.floors, s.height, s.units,
            s.households, s.estate, s.street, s.housenumber, s.building_no, s.address,
            s.shape, ST_SetSRID(ST_MakePoint(s.lon, s.lat), 4326), s.located_by)
FROM stage_building s
JOIN building e ON e.source_id = %(source_id)s AND e.source_key = s.source_key;
