-- Work that comes round is due again now: what it stands on was changed.
-- param task text: which
UPDATE upkeep SET ran_at = now() - interval '1 day' WHERE task = %(task)s AND ran_at > now() - interval '1 day';
