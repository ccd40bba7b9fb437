-- End the versions that a dated change replaces.
-- needs: area/stage
-- param day date: first day of the new versions
-- param batch_id bigint: the import
UPDATE area a SET valid = daterange(lower(a.valid), %(day)s::date), batch_id = %(batch_id)s
FROM stage_area s
WHERE a.id = s.known_id AND s.changed;
