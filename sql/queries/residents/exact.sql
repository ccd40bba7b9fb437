-- People, homes and people of each service category by cell on a day, and how many of them were reached at their door
-- in some days.
-- param lo bigint: first key
-- param hi bigint: key after the last
-- param day date: who lived there on this day
-- param start date: first day of visits
-- param stop date: day after the last
WITH reached AS (
    SELECT DISTINCT v.target_id AS dwelling_id
    FROM visit v
    JOIN code c ON c.list = 'visit_outcome' AND c.code = v.outcome AND c.counts
    WHERE v.cell_key >= %(lo)s AND v.cell_key < %(hi)s AND v.day >= %(start)s AND v.day < %(stop)s
      AND v.target = 'dwelling' AND v.ended IS NULL AND v.merged_into IS NULL),
living AS (
    SELECT p.cell_key, p.household_id, p.categories, 
           COALESCE(p.dwelling_id IN (SELECT dwelling_id FROM reached), false) AS done  -- hashed, whatever the statistics
    FROM person p
    LEFT JOIN code k ON k.list = 'residence' AND k.code = p.residence
    WHERE p.cell_key >= %(lo)s AND p.cell_key < %(hi)s AND p.merged_into IS NULL
      AND COALESCE(p.ended, 'infinity') > %(day)s AND COALESCE(p.moved_in, '-infinity') <= %(day)s
      AND COALESCE(k.counts, true))
SELECT cell_key, 'people' AS category, count(*) AS total, count(*) FILTER (WHERE done) AS done FROM living GROUP BY 1
UNION ALL
SELECT cell_key, 'homes', count(DISTINCT household_id), count(DISTINCT household_id) FILTER (WHERE done) FROM living GROUP BY 1
UNION ALL
SELECT l.cell_key, c ->> 'code', count(*), count(*) FILTER (WHERE l.done)
FROM living l
CROSS JOIN LATERAL jsonb_array_elements(l.categories) c
WHERE COALESCE((c ->> 'from')::date, '-infinity') <= %(day)s AND COALESCE((c ->> 'to')::date, 'infinity') >= %(day)s
GROUP BY 1, 2;
