-- Posts on cells, areas and duty zones that an officer has on a day; without one all she ever had.
-- param officer bigint: officer
-- param day date: the day
SELECT p.id, p.cell_key, p.target, p.kind, COALESCE(c.name, a.name, z.name) AS name,
       COALESCE(c.code, a.code, z.source_key) AS code
FROM post p
LEFT JOIN cell c ON c.key = p.cell_key AND p.target = 'cell'
LEFT JOIN area a ON a.key = p.cell_key AND p.target = 'area' AND a.valid @> COALESCE(%(day)s::date, app_today())
LEFT JOIN zone z ON z.id = p.zone_id
WHERE p.officer_id = %(officer)s AND p.target IN ('cell', 'area', 'zone') AND p.merged_into IS NULL
  AND (%(day)s::date IS NULL
       OR p.ended IS NULL AND p.starts <= %(day)s AND (p.ends IS NULL OR p.ends >= %(day)s))
ORDER BY p.cell_key, p.id;
