-- What belonged to the subcells of some cells until now.
-- param keys bigint[]: the cells
UPDATE subcell_member SET live = false WHERE cell_key = ANY(%(keys)s) AND live;
