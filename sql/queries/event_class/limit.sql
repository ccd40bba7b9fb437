-- Set or clear the time limit of a class.
-- param id smallint: the class
-- param limit_amount smallint: limit, none: no limit
-- param limit_unit text: h, d, wh, wd
UPDATE event_class SET limit_amount = %(limit_amount)s, limit_unit = %(limit_unit)s WHERE id = %(id)s;
