-- Records of an area that have an address and no place get the one that was decided for it.
-- param lo bigint: first key
-- param hi bigint: key after the last
-- param address text: as it is written
-- param lon double: degrees
-- param lat double: degrees
-- param cell_key bigint: cell there
-- param cell_alt bigint: second candidate
-- param assign_status text: inside, border, outside
-- param h3 bigint: H3 index of resolution 10
-- param located_by text: how the place was found
-- param accuracy_m double: metres
UPDATE {table} e SET geom = ST_SetSRID(ST_MakePoint(%(lon)s, %(lat)s), 4326), cell_key = %(cell_key)s,
    cell_alt = %(cell_alt)s, assign_status = %(assign_status)s, located_by = %(located_by)s, accuracy_m = %(accuracy_m)s
WHERE e.address = %(address)s AND e.geom IS NULL AND e.cell_key >= %(lo)s AND e.cell_key < %(hi)s
  AND %(h3)s::bigint IS NOT NULL;
