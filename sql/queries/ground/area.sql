-- The area with a number on a day.
-- param code text: its number
-- param day date: the day
SELECT code, key, lower(keys) AS lo, upper(keys) AS hi, level, name, code_alt FROM area
WHERE code = %(code)s AND valid @> %(day)s::date;
