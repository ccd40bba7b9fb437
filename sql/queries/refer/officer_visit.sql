-- What stood in a merged officer stands in the one that stays.
-- param keep bigint: the one that stays
-- param other bigint: the one that it was, too
UPDATE visit SET officer_id = %(keep)s WHERE officer_id = %(other)s;
