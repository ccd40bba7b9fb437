-- Names, numbers and telephones of officers.
-- param officers bigint[]: their numbers here
SELECT id AS officer_id, name, number, phone FROM officer WHERE id = ANY(%(officers)s) ORDER BY number, id;
