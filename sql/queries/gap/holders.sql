-- Who has a post on some cells or areas on a day, by number or name; where somebody stands in, she and not whom she stands
-- in for.
-- param keys bigint[]: cells and areas
-- param day date: the day
SELECT key, string_agg(DISTINCT name, '、' ORDER BY name) AS officers
FROM (SELECT p.cell_key AS key, o.name, p.cover, bool_or(p.cover) OVER (PARTITION BY p.cell_key, p.kind) AS covered
      FROM post p JOIN officer o ON o.id = p.officer_id
      WHERE p.cell_key = ANY(%(keys)s) AND p.target IN ('cell', 'area') AND p.ended IS NULL AND p.merged_into IS NULL
        AND p.starts <= %(day)s AND (p.ends IS NULL OR p.ends >= %(day)s) AND o.ended IS NULL) q
WHERE cover OR NOT covered
GROUP BY key;
