-- Visits to a merged record were to the one that stays.
-- param target text: kind
-- param keep bigint: the one that stays
-- param other bigint: the one that it was, too
UPDATE visit SET target_id = %(keep)s WHERE target = %(target)s AND target_id = %(other)s;
