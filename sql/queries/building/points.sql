-- Inner points of the buildings in a range, with what they weigh; parts of buildings weigh nothing.
-- param lo bigint: first key
-- param hi bigint: key after the last
SELECT ST_X(geom) AS lon, ST_Y(geom) AS lat, COALESCE(households, 0) AS households
FROM building
WHERE cell_key >= %(lo)s AND cell_key < %(hi)s AND geom IS NOT NULL AND kind = 'building';
