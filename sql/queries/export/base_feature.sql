-- Base features that touch the areas of a range, for an export.
-- param lo bigint: first key
-- param hi bigint: key after the last
-- param day date: the day
SELECT b.source_key, b.layer, b.kind, b.detail, b.name, b.tunnel, ST_X(ST_PointOnSurface(b.geom)) AS longitude,
       ST_Y(ST_PointOnSurface(b.geom)) AS latitude, NULL::bigint AS cell_key, NULL::bigint AS cell_alt,
       NULL::text AS assign_status, ST_AsBinary(b.geom) AS wkb
FROM base_feature b
WHERE EXISTS (SELECT FROM area a WHERE a.valid @> %(day)s::date AND a.key >= %(lo)s AND a.key < %(hi)s
              AND a.geom && b.geom)
ORDER BY b.id;
