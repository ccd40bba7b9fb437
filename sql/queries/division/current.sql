-- Published basic divisions that share keys with a range.
-- param lo bigint: first key
-- param hi bigint: key after the last
SELECT id, area_code, lower(valid) AS valid_from FROM division
WHERE purpose = 'basic' AND status = 'published' AND keys && int8range(%(lo)s, %(hi)s);
