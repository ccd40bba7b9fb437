-- What the cells of published basic divisions are called on a day, inside a range of keys.
-- param lo bigint: first key
-- param hi bigint: key after the last
-- param day date: the day
SELECT c.key, c.code, c.name, c.code_alt
FROM division d
JOIN cell_version v ON v.division_id = d.id
JOIN cell c ON c.key = v.cell_key
WHERE d.purpose = 'basic' AND d.status = 'published' AND d.valid @> %(day)s::date
  AND d.keys && int8range(%(lo)s, %(hi)s) AND v.cell_key >= %(lo)s AND v.cell_key < %(hi)s;
