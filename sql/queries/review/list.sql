-- Questions, those that most records wait for first.
-- param id bigint: one of them, or none for all
-- param what text: spelling or address, or none for both
-- param state text: in this state, decided for all but the open ones, or none for all
-- param lo bigint: first key
-- param hi bigint: key after the last
-- param most integer: how many
-- param skip integer: how many are passed over
SELECT r.id, r.cell_key, r.personal, r.what, r.entity, r.text, r.records, r.candidates, r.state, r.answer, r.created_at,
       r.by_name AS created_by, r.decided_name AS decided_by, r.decided_at
FROM review r
WHERE (%(id)s::bigint IS NULL OR r.id = %(id)s) AND (%(what)s::text IS NULL OR r.what = %(what)s)
  AND (%(state)s::text IS NULL OR r.state = %(state)s OR (%(state)s = 'decided' AND r.state <> 'open')) AND r.cell_key >= %(lo)s AND r.cell_key < %(hi)s
ORDER BY r.decided_at DESC NULLS FIRST, r.records DESC, r.id
LIMIT %(most)s OFFSET %(skip)s;
