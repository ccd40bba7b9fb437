-- Buildings; filters and order come from store/filters.py.
SELECT e.id, e.name, e.kind, e.use, e.floors, e.height, e.units, e.households, e.estate, e.street, e.housenumber,
       e.building_no, e.address, e.cell_key, e.cell_alt, e.assign_status, e.located_by, e.ended, e.end_reason, e.merged_into, e.source_id,
       e.source_key, e.xmin::text AS version, ST_X(e.geom) AS lon,
       ST_Y(e.geom) AS lat
FROM building e
