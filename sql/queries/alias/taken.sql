-- What bears a name already, so that it cannot be taught for another place: a road anywhere, a place of the same area.
-- param name text: in its one form
-- param area text: code of the area the point lies in
-- param lon float8: degrees
-- param lat float8: degrees
-- param metres float8: how near a place is the same
SELECT p.label FROM place p
WHERE p.name = %(name)s AND p.name <> '' AND p.kind <> 'alias'
  AND (p.level = 'road' OR ((p.area = '' OR p.area LIKE %(area)s || '%%')
    AND NOT ST_DWithin(p.geom::geography, ST_SetSRID(ST_MakePoint(%(lon)s, %(lat)s), 4326)::geography,
                       %(metres)s + p.accuracy_m)))
LIMIT 1;
