-- Corrections, the newest first.
-- param id bigint: one of them, or none for all
-- param state text: in this state, or none for all
-- param before bigint: with a number below this one
-- param most integer: how many
SELECT c.id, c.cell_key, c.entity, c.record_id, c.version, c.fields, c.note, c.state, c.reason, c.created_at,
       c.decided_at, c.by_name AS created_by, c.decided_name AS decided_by
FROM correction c
WHERE (%(id)s::bigint IS NULL OR c.id = %(id)s) AND (%(state)s::text IS NULL OR c.state = %(state)s)
  AND c.id < %(before)s
ORDER BY c.id DESC
LIMIT %(most)s;
