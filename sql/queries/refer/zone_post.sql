-- What stood in a merged duty zone stands in the one that stays.
-- param keep bigint: the one that stays
-- param other bigint: the one that it was, too
UPDATE post SET zone_id = %(keep)s WHERE zone_id = %(other)s;
