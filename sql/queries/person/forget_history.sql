-- Her old values go, too, and those of a household that named her as its head.
-- param id bigint: the person
-- param name text: her name
-- param household_id bigint: her household
DELETE FROM history
WHERE (entity = 'person' AND row_id = %(id)s)
   OR (entity = 'household' AND row_id = %(household_id)s AND old ->> 'head' = %(name)s);
