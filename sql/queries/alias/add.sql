-- A name for a place; the same name in the same area is moved there.
-- param name text: in its one form
-- param target text: the address it stands for
-- param lon float8: degrees
-- param lat float8: degrees
-- param accuracy_m real: metres
-- param cell_key bigint: key of the area
-- param user_id bigint: user
INSERT INTO place_alias (name, target, geom, accuracy_m, cell_key, created_by)
VALUES (%(name)s, %(target)s, ST_SetSRID(ST_MakePoint(%(lon)s, %(lat)s), 4326), %(accuracy_m)s, %(cell_key)s, %(user_id)s)
ON CONFLICT (name, cell_key) DO UPDATE SET target = EXCLUDED.target, geom = EXCLUDED.geom,
    accuracy_m = EXCLUDED.accuracy_m, created_by = EXCLUDED.created_by, by_name = EXCLUDED.by_name, created_at = now()
RETURNING id, xmax = 0 AS fresh;
