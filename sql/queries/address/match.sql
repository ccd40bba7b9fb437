-- Rows of the file that the list has already, and whether their content differs.
-- param source_id bigint: the list
INSERT INTO stage_known (row_no, id, changed)
SELECT s.row_no, e.id,
       ROW (e.text, e.name, e.street, e.housenumber, e.estate, e.building_no,
            e.unit, e.geom, e.located_by)
       IS DISTINCT FROM
       ROW (s.text, s.name, s.street, s.housenumber, s.estate, s.building_no,
            s.unit, ST_SetSRID(ST_MakePoint(s.lon, s.lat), 4326), s.located_by)
FROM stage_address s
JOIN address e ON e.source_id = %(source_id)s AND e.source_key = s.source_key;
