-- Publish the counts of a month, unless it was published.
-- needs: residents/stage
-- param month date: first of the month
INSERT INTO resident_figure (month, level, key, category, total, done)
SELECT %(month)s, level, key, category, total, done FROM stage_figure
WHERE NOT EXISTS (SELECT FROM resident_figure WHERE month = %(month)s);
