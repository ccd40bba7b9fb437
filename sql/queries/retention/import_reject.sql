-- Rejected rows of imports before a day.
-- param before date: the day
DELETE FROM import_reject r USING import_batch b WHERE b.id = r.batch_id AND b.created_at < %(before)s;
