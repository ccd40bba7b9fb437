-- A draft comes into force.
-- param division_id bigint: number
-- param day date: first day
-- param user_id bigint: who
UPDATE division SET status = 'published', valid = daterange(%(day)s::date, NULL), published_by = %(user_id)s,
    published_at = now()
WHERE id = %(division_id)s;
