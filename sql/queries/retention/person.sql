-- People whose record ended before a day.
-- param before date: the day
DELETE FROM person WHERE ended < %(before)s;
