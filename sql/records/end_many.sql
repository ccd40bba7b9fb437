-- Records are no more from a day on, those that are still in the state they were compared in.
-- param ids bigint[]: numbers
-- param versions text[]: the state of each
-- param day date: first day on which they are no more
-- param reason text: code (end_reason)
UPDATE {table} e SET ended = %(day)s, end_reason = %(reason)s
FROM unnest(%(ids)s::bigint[], %(versions)s::text[]) AS v (id, version)
WHERE e.id = v.id AND e.xmin::text = v.version
RETURNING e.id;
