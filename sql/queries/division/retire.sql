-- End a published division the day before another takes its place.
-- param division_id bigint: number
-- param day date: first day of its successor
UPDATE division SET status = 'retired', valid = daterange(lower(valid), %(day)s::date) WHERE id = %(division_id)s;
