-- The name of a subcell in use.
-- param cell text: code of its cell
-- param number integer: its number
-- param name text: new name
UPDATE subcell s SET name = %(name)s FROM cell c
WHERE c.key = s.cell_key AND c.code = %(cell)s AND s.number = %(number)s AND s.ended IS NULL;
