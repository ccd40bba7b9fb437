-- Numbers of committed audit rows that no seal covers. What was in flight when a seal was made has a lower number than
-- the rows under it, so the seals of the last two days are looked through for holes.
WITH late AS (SELECT COALESCE(max(upper(ids)), 0) AS upto FROM audit_seal WHERE sealed_at < now() - interval '2 days'),
covered AS (SELECT COALESCE(range_agg(r), '{}'::int8multirange) AS ids
            FROM audit_seal s CROSS JOIN LATERAL unnest(s.ids) r WHERE s.sealed_at >= now() - interval '2 days')
SELECT COALESCE(range_agg(int8range(a.id, a.id + 1)), '{}'::int8multirange) AS ids, count(*) AS rows
FROM audit a, late, covered
WHERE a.id >= late.upto AND NOT a.id <@ covered.ids;
