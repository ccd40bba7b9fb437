-- The sums of the communities that the cells and months in hand lie in, from those of their cells; what lies in an area
-- above them is a community of its own here.
-- needs: coverage/stage
WITH own AS (SELECT DISTINCT month, cell_key / 8192 * 8192 AS lo FROM stage_stale)
INSERT INTO coverage_sum (month, grain, cell_key, part, personal, done, late, excused, not_found, refused, nobody, due,
                          overdue, recent, visits, attempts, unconfirmed, backdated, asked, targets, covered)
SELECT s.month, g.whole, o.lo, s.part, s.personal, sum(done), sum(late), sum(excused), sum(not_found), sum(refused),
       sum(nobody), sum(due), sum(overdue), sum(recent), sum(visits), sum(attempts), sum(unconfirmed), sum(backdated),
       sum(asked::numeric)::double precision, sum(targets), sum(covered)
FROM own o
CROSS JOIN (VALUES ('cell', 'community'), ('rule', 'community_rule')) AS g (grain, whole)
JOIN coverage_sum s ON s.grain = g.grain AND s.month = o.month AND s.cell_key >= o.lo AND s.cell_key < o.lo + 8192
GROUP BY s.month, g.whole, o.lo, s.part, s.personal
ORDER BY 2, 1, 3;
