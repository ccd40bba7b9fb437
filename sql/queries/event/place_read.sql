-- Places of the events in a range of keys, to assign them again.
-- param lo bigint: first key
-- param hi bigint: key after the last
SELECT id, ST_X(geom) AS lon, ST_Y(geom) AS lat, cell_key, cell_alt, assign_status
FROM event
WHERE cell_key >= %(lo)s AND cell_key < %(hi)s AND geom IS NOT NULL;
