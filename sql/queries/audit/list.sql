-- Rows of the audit, the newest first, with the account that did it.
-- param user_id bigint: who; none for everybody
-- param action text: what, or how it begins
-- param entity text: table
-- param row_id bigint: row
-- param start date: first day
-- param stop date: day after the last
-- param before bigint: rows below this number
-- param most int: how many
SELECT a.id, a.at, a.user_id, u.login, a.os_user, a.action, a.entity, a.row_id, a.batch_id, a.detail
FROM audit a
LEFT JOIN app_user u ON u.id = a.user_id
WHERE a.id < %(before)s
  AND (%(user_id)s::bigint IS NULL OR a.user_id = %(user_id)s)
  AND (%(action)s::text IS NULL OR a.action = %(action)s OR starts_with(a.action, %(action)s || '.'))
  AND (%(entity)s::text IS NULL OR a.entity = %(entity)s)
  AND (%(row_id)s::bigint IS NULL OR a.row_id = %(row_id)s)
  AND (%(start)s::date IS NULL OR a.at >= %(start)s)
  AND (%(stop)s::date IS NULL OR a.at < %(stop)s)
ORDER BY a.id DESC
LIMIT %(most)s;
