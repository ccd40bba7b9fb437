-- The list `name` of an area, if there is one.
-- param cell_key bigint: key of the area the list belongs to
-- param kind text: kind of record in it
-- param name text: name of the list
SELECT id FROM source WHERE cell_key = %(cell_key)s AND kind = %(kind)s AND name = %(name)s;
