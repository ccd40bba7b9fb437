-- Names in use in an area.
-- param area_code text: the area
SELECT key, name FROM cell WHERE area_code = %(area_code)s;
