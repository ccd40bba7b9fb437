-- Who has a post on some cells or areas on a day, by number or name.
-- param keys bigint[]: cells and areas
-- param day date: the day
SELECT p.cell_key AS key, string_agg(DISTINCT o.name, '、' ORDER BY o.name) AS officers
FROM post p JOIN officer o ON o.id = p.officer_id
WHERE p.cell_key = ANY(%(keys)s) AND p.target IN ('cell', 'area') AND p.ended IS NULL AND p.merged_into IS NULL
  AND p.starts <= %(day)s AND (p.ends IS NULL OR p.ends >= %(day)s) AND o.ended IS NULL
GROUP BY p.cell_key;
