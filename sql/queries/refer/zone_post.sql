-- What stood in a merged duty zone stands in the one that stays, and lies where that lies.
-- param keep bigint: the one that stays
-- param other bigint: the one that it was, too
UPDATE post p SET zone_id = z.id, cell_key = z.cell_key FROM zone z WHERE z.id = %(keep)s AND p.zone_id = %(other)s;
