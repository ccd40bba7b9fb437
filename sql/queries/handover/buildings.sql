-- Buildings of a range as a list that is handed over names them.
-- param lo bigint: first key
-- param hi bigint: key after the last
SELECT id, ST_X(geom) AS lon, ST_Y(geom) AS lat,
       app_called(estate, building_no, street, housenumber, name) AS called,
       COALESCE(households, 0) AS households
FROM building
WHERE cell_key >= %(lo)s AND cell_key < %(hi)s AND geom IS NOT NULL AND kind = 'building' AND ended IS NULL
  AND merged_into IS NULL
ORDER BY estate, building_no, street, housenumber, id;
