-- The obligations are up to date with a day.
-- param day date: that day
INSERT INTO obligation_update (day) VALUES (%(day)s) ON CONFLICT (day) DO UPDATE SET at = now();
