-- What the named roads are now, in one number.
SELECT md5(concat_ws('|', count(*), sum(hashtext(name)::bigint), sum(ST_Length(geom)), sum(ST_XMin(geom)))) AS mark
FROM base_feature WHERE layer = 'road' AND name IS NOT NULL;
