-- Footprints of the buildings in a range.
-- param lo bigint: first key
-- param hi bigint: key after the last
SELECT ST_AsBinary(shape) AS wkb FROM building
WHERE cell_key >= %(lo)s AND cell_key < %(hi)s AND shape IS NOT NULL AND kind = 'building'
  AND GeometryType(shape) IN ('POLYGON', 'MULTIPOLYGON');
