-- The name of a person leaves the household it headed.
-- param id bigint: the person
UPDATE household h SET head = NULL FROM person p WHERE p.id = %(id)s AND h.id = p.household_id AND h.head = p.name;
