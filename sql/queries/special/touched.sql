-- Shape of a special cell on a day, and the keys of the basic cells, and of areas without cells, that it has ground of.
-- param key bigint: the special cell
-- param day date: the day
SELECT ST_AsBinary(s.geom) AS wkb, ARRAY(SELECT v.cell_key FROM cell_version v
                     WHERE v.kind = 'basic' AND v.valid @> %(day)s::date AND v.geom && s.geom
                       AND ST_Relate(v.geom, s.geom, '2********')
                     UNION SELECT a.key FROM area a WHERE a.valid @> %(day)s::date AND a.geom && s.geom) AS keys
FROM cell_version s WHERE s.cell_key = %(key)s AND s.kind <> 'basic' AND s.valid @> %(day)s::date;
