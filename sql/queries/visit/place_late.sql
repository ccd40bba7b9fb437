-- Visits to the ground in a range of keys or on its border that were written or moved since they were assigned.
-- needs: place/stage
-- param lo bigint: first key
-- param hi bigint: key after the last
SELECT e.id, ST_X(e.geom) AS lon, ST_Y(e.geom) AS lat, e.cell_key, e.cell_alt, e.assign_status
FROM visit e
WHERE ((e.cell_key >= %(lo)s AND e.cell_key < %(hi)s) OR (e.cell_alt >= %(lo)s AND e.cell_alt < %(hi)s))
  AND e.geom IS NOT NULL AND e.target_id IS NULL
  AND NOT EXISTS (SELECT FROM stage_place s WHERE s.id = e.id AND s.lon = ST_X(e.geom) AND s.lat = ST_Y(e.geom));
