-- A building gets its place by hand, or is without one again.
-- param id bigint: number
-- param lon double: degrees; none without a place
-- param lat double: degrees
-- param cell_key bigint: cell there
-- param cell_alt bigint: second candidate
-- param assign_status text: inside, border, outside; none without a place
-- param h3 bigint: H3 index of resolution 10
-- param accuracy_m double: metres; none without a place
UPDATE building SET
    geom = ST_SetSRID(ST_MakePoint(%(lon)s, %(lat)s), 4326), accuracy_m = %(accuracy_m)s,
    cell_key = %(cell_key)s, cell_alt = %(cell_alt)s, assign_status = %(assign_status)s, h3 = %(h3)s,
    located_by = CASE WHEN %(lon)s::float8 IS NULL THEN NULL ELSE 'manual' END
WHERE id = %(id)s;
