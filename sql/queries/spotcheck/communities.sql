-- Communities of a range, to draw from.
-- param lo bigint: first key
-- param hi bigint: key after the last
-- param day date: the day
SELECT NULL::bigint AS visit_id, key AS cell_key, false AS personal, 'area' AS target, key AS target_id,
       NULL::date AS visit_day, NULL::bigint AS officer_id
FROM area
WHERE key >= %(lo)s AND key < %(hi)s AND level = 12 AND valid @> %(day)s::date
ORDER BY key;
