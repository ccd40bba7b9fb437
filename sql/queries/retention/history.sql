-- Old values from before a day.
-- param before date: the day
DELETE FROM history WHERE at < %(before)s;
