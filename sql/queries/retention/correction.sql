-- Corrections that were decided before a day.
-- param before date: the day
DELETE FROM correction WHERE state <> 'open' AND decided_at < %(before)s;
