-- Visits before a day.
-- param before date: the day
DELETE FROM visit WHERE day < %(before)s;
