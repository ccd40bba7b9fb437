-- What stood in a merged building stands in the one that stays.
-- param keep bigint: the one that stays
-- param other bigint: the one that it was, too
UPDATE unit SET building_id = %(keep)s WHERE building_id = %(other)s;
