-- Cells of published basic divisions on a day in a box, outside a range of keys.
-- param lo bigint: first key
-- param hi bigint: key after the last
-- param day date: the day
-- param west double: degrees
-- param south double: degrees
-- param east double: degrees
-- param north double: degrees
SELECT v.cell_key AS key, ST_AsBinary(v.geom) AS wkb
FROM cell_version v
JOIN division d ON d.id = v.division_id AND d.purpose = 'basic'
WHERE v.valid @> %(day)s::date AND NOT (v.cell_key >= %(lo)s AND v.cell_key < %(hi)s)
  AND v.geom && ST_MakeEnvelope(%(west)s, %(south)s, %(east)s, %(north)s, 4326);
