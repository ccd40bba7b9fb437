-- What was decided of what visits said of a person.
-- param id bigint: person
DELETE FROM proposal WHERE target = 'person' AND target_id = %(id)s;
