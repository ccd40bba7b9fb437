-- Buildings of the estates and streets that have one without a place, to propose places by their numbers.
-- param lo bigint: first key
-- param hi bigint: key after the last
-- param estates text[]: estates
-- param streets text[]: streets
SELECT id, estate, building_no, street, housenumber, ST_X(geom) AS lon, ST_Y(geom) AS lat
FROM building
WHERE cell_key >= %(lo)s AND cell_key < %(hi)s AND kind = 'building' AND ended IS NULL
  AND (estate = ANY(%(estates)s) OR street = ANY(%(streets)s))
ORDER BY id;
