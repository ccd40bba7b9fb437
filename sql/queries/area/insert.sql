-- New areas, and new versions of changed ones where a date was given.
-- needs: area/stage
-- param day date: first day; none: always
-- param source_id bigint: the list
-- param source_crs text: coordinate system of the file
-- param batch_id bigint: the import
INSERT INTO area (code, level, key, keys, name, name_en, code_alt, geom, area_m2, valid, predecessor, source_id,
    source_crs, batch_id)
SELECT s.code, s.level, s.key, int8range(s.lo, s.hi), s.name, s.name_en, s.code_alt, s.geom, s.area_m2,
       daterange(%(day)s::date, NULL), s.known_id, %(source_id)s, %(source_crs)s, %(batch_id)s
FROM stage_area s
WHERE s.known_id IS NULL OR (s.changed AND %(day)s::date IS NOT NULL)
ORDER BY s.key;
