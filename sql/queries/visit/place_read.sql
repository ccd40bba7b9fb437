-- Places of the visits to the ground in a range of keys or on its border, to assign them again; those to something go where
-- that goes (visit/follow).
-- param lo bigint: first key
-- param hi bigint: key after the last
SELECT e.id, ST_X(e.geom) AS lon, ST_Y(e.geom) AS lat, e.cell_key, e.cell_alt, e.assign_status
FROM visit e
WHERE ((e.cell_key >= %(lo)s AND e.cell_key < %(hi)s) OR (e.cell_alt >= %(lo)s AND e.cell_alt < %(hi)s))
  AND e.geom IS NOT NULL AND e.target_id IS NULL;
