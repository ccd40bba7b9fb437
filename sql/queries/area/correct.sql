-- Correct areas in place (no date was given: it was always so).
-- needs: area/stage
-- param source_crs text: coordinate system of the file
-- param batch_id bigint: the import
UPDATE area a SET name = s.name, name_en = s.name_en, code_alt = s.code_alt, geom = s.geom, area_m2 = s.area_m2,
    source_crs = %(source_crs)s, batch_id = %(batch_id)s
FROM stage_area s
WHERE a.id = s.known_id AND s.changed;
