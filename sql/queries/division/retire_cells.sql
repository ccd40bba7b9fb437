-- End the shapes of a retired division.
-- param division_id bigint: number
-- param day date: first day of its successor
UPDATE cell_version SET valid = daterange(lower(valid), %(day)s::date) WHERE division_id = %(division_id)s;
