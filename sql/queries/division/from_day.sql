-- The division of an area that came into force on a day.
-- param area_code text: the area
-- param purpose text: basic or special
-- param day date: its first day
SELECT id FROM division
WHERE area_code = %(area_code)s AND purpose = %(purpose)s AND status <> 'draft' AND lower(valid) = %(day)s::date
ORDER BY NOT isempty(valid) DESC, id DESC LIMIT 1;
