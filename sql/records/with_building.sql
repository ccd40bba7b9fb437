-- What stands in a building is where the building is, unless it has a place of its own.
-- param ids bigint[]: the buildings
UPDATE {table} e SET geom = b.geom, cell_key = b.cell_key, cell_alt = b.cell_alt, assign_status = b.assign_status,
    located_by = CASE WHEN b.geom IS NULL THEN NULL ELSE 'address-exact' END
FROM building b
WHERE b.id = ANY(%(ids)s) AND e.building_id = b.id
  AND (e.geom IS NULL OR e.located_by IN ('address-exact', 'community'))
  AND (e.geom, e.cell_key, e.cell_alt) IS DISTINCT FROM (b.geom, b.cell_key, b.cell_alt);
