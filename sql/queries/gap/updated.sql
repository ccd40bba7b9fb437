-- The gaps have been found anew.
-- param day date: the day that counted as today
INSERT INTO gap_update (day) VALUES (%(day)s);
