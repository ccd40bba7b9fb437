-- Records that have no places yet.
-- param kinds text[]: kinds of records that are looked at
SELECT s.kind, s.ref_id, s.mark, s.level, s.text, s.street, s.housenumber, s.estate, s.building_no, s.name, s.lon, s.lat,
       s.accuracy_m, s.area
FROM app_place_source() s
LEFT JOIN (SELECT DISTINCT kind, ref_id FROM place) p ON p.kind = s.kind AND p.ref_id = s.ref_id
WHERE p.kind IS NULL AND s.kind = ANY(%(kinds)s) AND COALESCE(s.name, s.text, s.street, s.estate) IS NOT NULL
ORDER BY s.kind, s.ref_id;
