-- The division of an area that was in force until a day.
-- param area_code text: the area
-- param day date: day after its last
SELECT id FROM division
WHERE area_code = %(area_code)s AND purpose = 'basic' AND status = 'retired' AND upper(valid) = %(day)s::date
  AND NOT isempty(valid)
ORDER BY id DESC LIMIT 1;
