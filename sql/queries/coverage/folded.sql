-- The sums are right for a day.
-- param day date: that day
INSERT INTO coverage_day (day) VALUES (%(day)s) ON CONFLICT (one) DO UPDATE SET day = excluded.day
WHERE coverage_day.day <> excluded.day;
