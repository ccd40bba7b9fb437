-- Differences of comparisons before a day; that there was a comparison stays.
-- param before date: the day
DELETE FROM difference d USING reconciliation r WHERE r.id = d.reconciliation_id AND r.created_at < %(before)s;
