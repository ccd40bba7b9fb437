-- Buildings that lie in a divided area but in none of its cells, or have no place, or lie outside every area.
-- param lo bigint: first key
-- param hi bigint: key after the last
-- param outside boolean: also those outside every area
-- param most integer: how many
SELECT b.id, b.name, b.address, b.estate, b.street, b.housenumber, b.cell_key, b.assign_status,
       ST_X(b.geom) AS lon, ST_Y(b.geom) AS lat,
       count(*) OVER () AS total  -- also those beyond the limit
FROM building b
WHERE b.kind = 'building'
  AND ((b.cell_key >= %(lo)s AND b.cell_key < %(hi)s AND (b.geom IS NULL OR b.assign_status = 'outside'))
       OR (%(outside)s AND b.cell_key = 0))
ORDER BY b.cell_key, b.id
LIMIT %(most)s;
