-- The highest number ever used in an area.
-- param area_code text: the area
SELECT COALESCE(max(key & 8191), 0) AS seq FROM cell WHERE area_code = %(area_code)s;
