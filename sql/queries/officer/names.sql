-- Names of officers.
-- param ids bigint[]: officers
SELECT id, number, name FROM officer WHERE id = ANY(%(ids)s);
