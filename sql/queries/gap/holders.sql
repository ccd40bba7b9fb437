-- Who has a post on some cells or areas on a day: first who is in charge (docs/coverage.md), somebody who stands in before
-- the holder.
-- param keys bigint[]: cells and areas
-- param day date: the day
-- param of_cell text[]: kinds of post in charge of a cell, the first before the others
-- param of_area text[]: kinds of post in charge of an area
SELECT key, string_agg(name, '、' ORDER BY cover DESC, place NULLS LAST, id) AS officers
FROM (SELECT DISTINCT ON (p.cell_key, o.name) p.cell_key AS key, o.name, p.cover, k.place, p.id
      FROM post p JOIN officer o ON o.id = p.officer_id
      CROSS JOIN LATERAL (SELECT array_position(CASE p.target WHEN 'cell' THEN %(of_cell)s::text[] ELSE %(of_area)s::text[] END,
                                                p.kind) AS place) k
      WHERE p.cell_key = ANY(%(keys)s) AND p.target IN ('cell', 'area') AND p.ended IS NULL AND p.merged_into IS NULL
        AND p.starts <= %(day)s AND (p.ends IS NULL OR p.ends >= %(day)s) AND o.ended IS NULL
      ORDER BY p.cell_key, o.name, p.cover DESC, k.place NULLS LAST, p.id) q
GROUP BY key;
