-- A spot check.
-- param cell_key bigint: key of the area
-- param what text: visits or communities
-- param strata text: by what so many each are drawn
-- param n integer: how many each
-- param seed bigint: seed
-- param first date: first day of the visits
-- param last date: last day of the visits
-- param user_id bigint: who
INSERT INTO spotcheck (cell_key, what, strata, n, seed, first, last, drawn_by)
VALUES (%(cell_key)s, %(what)s, %(strata)s, %(n)s, %(seed)s, %(first)s, %(last)s, %(user_id)s)
RETURNING id;
