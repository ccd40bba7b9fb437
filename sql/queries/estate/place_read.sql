-- Places of the estates in a range of keys, to assign them again.
-- param lo bigint: first key
-- param hi bigint: key after the last
SELECT id, ST_X(ST_PointOnSurface(geom)) AS lon, ST_Y(ST_PointOnSurface(geom)) AS lat, cell_key, cell_alt, assign_status
FROM estate
WHERE cell_key >= %(lo)s AND cell_key < %(hi)s AND geom IS NOT NULL;
