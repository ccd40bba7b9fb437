-- Whoever lives in a dwelling of a building is where the dwelling is, unless she has a place of her own.
-- param ids bigint[]: the buildings
UPDATE {table} e SET geom = d.geom, cell_key = d.cell_key, cell_alt = d.cell_alt, assign_status = d.assign_status,
    located_by = CASE WHEN d.geom IS NULL THEN NULL ELSE 'address-exact' END
FROM dwelling d
WHERE d.building_id = ANY(%(ids)s) AND e.dwelling_id = d.id
  AND (e.geom IS NULL OR e.located_by IN ('address-exact', 'community'))
  AND (e.geom, e.cell_key, e.cell_alt) IS DISTINCT FROM (d.geom, d.cell_key, d.cell_alt);
