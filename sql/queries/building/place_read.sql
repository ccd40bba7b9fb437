-- Places of the buildings in a range of keys or on its border, to assign them again.
-- param lo bigint: first key
-- param hi bigint: key after the last
SELECT id, ST_X(geom) AS lon, ST_Y(geom) AS lat, cell_key, cell_alt, assign_status
FROM building
WHERE ((cell_key >= %(lo)s AND cell_key < %(hi)s) OR (cell_alt >= %(lo)s AND cell_alt < %(hi)s)) AND geom IS NOT NULL;
