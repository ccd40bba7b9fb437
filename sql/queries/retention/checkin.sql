-- Check-ins before a day; the minutes that came of them stay.
-- param before date: the day
DELETE FROM checkin WHERE at < %(before)s::date;
