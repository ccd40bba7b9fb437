-- Records of a kind; filters and order come from store/filters.py.
SELECT e.id, {listed}, e.cell_key, e.cell_alt, e.assign_status, e.located_by, e.ended, e.end_reason, e.merged_into,
       {lonlat}, e.source_id, e.source_key, e.xmin::text AS version
FROM {table} e
