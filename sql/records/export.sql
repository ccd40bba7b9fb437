-- Records of a range for an export.
-- param lo bigint: first key
-- param hi bigint: key after the last
-- param day date: not used here
SELECT e.source_key, {listed}, e.ended, e.end_reason, {longlat}, e.cell_key, e.cell_alt, e.assign_status, e.located_by,
       e.accuracy_m, ST_AsBinary({geometry}) AS wkb
FROM {table} e
WHERE e.cell_key >= %(lo)s AND e.cell_key < %(hi)s AND e.merged_into IS NULL AND %(day)s::date IS NOT NULL
ORDER BY e.id;
