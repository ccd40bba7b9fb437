-- What stood in a merged dwelling stands in the one that stays.
-- param keep bigint: the one that stays
-- param other bigint: the one that it was, too
UPDATE person SET dwelling_id = %(keep)s WHERE dwelling_id = %(other)s;
