-- SHA-256 over the seal before and rows of the audit, in the order of their numbers; each field with its length, so that
-- nothing can move from one to the next.
-- param ids int8multirange: numbers of the rows
-- param previous bytea: the seal before; null for the first
SELECT count(*) AS rows,
       sha256(COALESCE(%(previous)s::bytea, '') || COALESCE(string_agg(sha256(convert_to(f.text, 'UTF8')), '' ORDER BY a.id), ''))
           AS hash
FROM audit a
CROSS JOIN LATERAL (
    SELECT string_agg(length(x) || ':' || x, ',' ORDER BY n) AS text
    FROM unnest(ARRAY[a.id::text, extract(epoch FROM a.at)::text, a.user_id::text, COALESCE(a.os_user, ''), a.action,
                      COALESCE(a.entity, ''), COALESCE(a.row_id::text, ''), COALESCE(a.batch_id::text, ''),
                      COALESCE(a.detail::text, '')]) WITH ORDINALITY AS p (x, n)) f
WHERE a.id >= lower(%(ids)s::int8multirange) AND a.id < upper(%(ids)s::int8multirange)
  AND a.id <@ %(ids)s::int8multirange;
