-- The sums of the cells and months in hand.
-- needs: coverage/stage
-- param today date: the day that counts as today
-- param not_found text[]: outcomes that say that it was not found
-- param refused text[]: outcomes that say that it was refused
WITH span AS (
    SELECT cell_key, month, (month + interval '1 month')::date AS stop FROM stage_stale),
counted AS MATERIALIZED (
    SELECT s.month, c.*, round(r.rate::numeric, 6) * (c.done + c.late + c.not_found + c.refused + c.nobody + c.due + c.overdue)
           AS asked
    FROM span s
    CROSS JOIN LATERAL app_task_counts(s.cell_key, s.cell_key + 1, s.month, s.stop, %(today)s, %(not_found)s, %(refused)s) c
    JOIN rule r ON r.id = c.rule_id),
grains (grain) AS (VALUES ('cell'), ('post'), ('rule')),
door AS MATERIALIZED (
    SELECT g.grain, s.month, d.*
    FROM grains g CROSS JOIN span s
    CROSS JOIN LATERAL app_task_doors(s.cell_key, s.cell_key + 1, s.month, s.stop, %(today)s, NULL, g.grain) d),
summed AS (
    SELECT c.month, g.grain, c.cell_key,
           CASE g.grain WHEN 'post' THEN COALESCE(c.post_id, 0) WHEN 'rule' THEN c.rule_id ELSE 0 END AS part, c.personal,
           sum(done) AS done, sum(late) AS late, sum(excused) AS excused, sum(not_found) AS not_found,
           sum(refused) AS refused, sum(nobody) AS nobody, sum(due) AS due, sum(overdue) AS overdue, sum(recent) AS recent,
           sum(visits) AS visits, sum(attempts) AS attempts, sum(unconfirmed) AS unconfirmed, sum(backdated) AS backdated,
           sum(asked) AS asked
    FROM counted c CROSS JOIN grains g
    GROUP BY 1, 2, 3, 4, 5)
INSERT INTO coverage_sum (month, grain, cell_key, part, personal, done, late, excused, not_found, refused, nobody, due,
                          overdue, recent, visits, attempts, unconfirmed, backdated, asked, targets, covered)
SELECT s.*, COALESCE(d.targets, 0), COALESCE(d.covered, 0)
FROM summed s
LEFT JOIN door d ON d.grain = s.grain AND d.month = s.month AND d.cell_key = s.cell_key AND d.part = s.part
     AND d.personal = s.personal
ORDER BY 2, 1, 3;
