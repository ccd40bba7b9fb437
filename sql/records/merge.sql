-- A record turned out to be another one: what that one lacks it gets from here.
-- param keep bigint: the one that stays
-- param other bigint: the one that it was, too
UPDATE {table} e SET ({filled}) = ROW ({filled_by})
FROM {table} o
WHERE e.id = %(keep)s AND o.id = %(other)s;
