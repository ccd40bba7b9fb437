-- Visits of some days that counted, to draw from.
-- param lo bigint: first key
-- param hi bigint: key after the last
-- param first date: first day
-- param last date: last day
-- param fulfil text[]: outcomes that count
-- index: visit_day
SELECT v.id AS visit_id, v.cell_key, v.personal, v.target, app_visited(v.target, v.target_id, v.cell_key) AS target_id,
       v.day AS visit_day, v.officer_id
FROM visit v
WHERE v.cell_key >= %(lo)s AND v.cell_key < %(hi)s AND v.day >= %(first)s AND v.day <= %(last)s
  AND v.outcome = ANY(%(fulfil)s) AND v.ended IS NULL AND v.merged_into IS NULL AND v.officer_id IS NOT NULL
  AND app_visited(v.target, v.target_id, v.cell_key) IS NOT NULL
ORDER BY v.id;
