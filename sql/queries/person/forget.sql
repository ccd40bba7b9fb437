-- A person's record goes for good.
-- param id bigint: the person
DELETE FROM person WHERE id = %(id)s;
