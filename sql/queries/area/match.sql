-- Find each area of the file among those in force, and whether its content differs.
-- needs: area/stage
-- param day date: in force on this day (the change's, or today)
UPDATE stage_area s
SET known_id = a.id,
    changed = ROW (a.name, a.name_en, a.code_alt, a.geom) IS DISTINCT FROM ROW (s.name, s.name_en, s.code_alt, s.geom)
FROM area a
WHERE a.key = s.key AND a.valid @> %(day)s::date;
