-- Photos and documents of residents from before a day.
-- param before date: the day
DELETE FROM attachment WHERE personal AND created_at < %(before)s;
