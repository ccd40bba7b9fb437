-- Records of the lists of an area that got the place of a decision for their address have none again.
-- param lo bigint: first key of the area of the list
-- param hi bigint: key after the last
-- param address text: as it is written
-- param lon double: degrees
-- param lat double: degrees
-- param located_by text[]: how a decision says that a place was found
-- param cell_key bigint: key of the area that they belong to without a place
UPDATE event e SET geom = NULL, cell_key = %(cell_key)s, cell_alt = NULL, assign_status = NULL, located_by = NULL,
    accuracy_m = NULL, h3 = NULL
WHERE e.address = %(address)s AND e.geom = ST_SetSRID(ST_MakePoint(%(lon)s, %(lat)s), 4326)
  AND e.located_by = ANY(%(located_by)s)
  AND e.source_id IN (SELECT id FROM source WHERE cell_key >= %(lo)s AND cell_key < %(hi)s);
