-- What stood in a merged household stands in the one that stays.
-- param keep bigint: the one that stays
-- param other bigint: the one that it was, too
UPDATE person SET household_id = %(keep)s WHERE household_id = %(other)s;
