-- Differences of a comparison from a number on.
-- param id bigint: the comparison
-- param ids bigint[]: these only, or none for all
-- param what text: of one sort, or none for all
-- param decision text: decided so, or none for all
-- param field text: in which this field differs, or none for all
-- param only boolean: and no other
-- param after bigint: with a number above this one
-- param most integer: how many
SELECT d.id, d.what, d.record_id, d.version, d.row_no, d.fields, d.row, d.decision, d.decided_at, d.batch_id, d.cell_key
FROM difference d
WHERE d.reconciliation_id = %(id)s
  AND (%(ids)s::bigint[] IS NULL OR d.id = ANY (%(ids)s))
  AND (%(what)s::text IS NULL OR d.what = %(what)s)
  AND (%(decision)s::text IS NULL OR d.decision = %(decision)s)
  AND (%(field)s::text IS NULL OR %(field)s = ANY (d.fields))
  AND (NOT %(only)s OR cardinality(d.fields) = 1)
  AND d.id > %(after)s
ORDER BY d.id
LIMIT %(most)s;
