-- What the named roads are now, in one number.
SELECT md5(concat_ws('|', count(*), bit_xor(hashtextextended(concat_ws('|', name, tunnel, md5(ST_AsBinary(geom))), 0)))) AS mark
FROM base_feature WHERE layer = 'road' AND name IS NOT NULL;
