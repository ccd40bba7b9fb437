-- The special division in force that took the place of another one, however many were between them.
-- param division_id bigint: the one of before
WITH RECURSIVE line AS (
    SELECT id, status FROM division WHERE id = %(division_id)s
    UNION SELECT d.id, d.status FROM line l JOIN division d ON (d.params ->> 'replaces')::bigint = l.id
)
SELECT id FROM line WHERE status = 'published' ORDER BY id DESC LIMIT 1;
