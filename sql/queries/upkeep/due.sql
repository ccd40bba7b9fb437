-- Whether work that comes round is due.
-- param task text: which
-- param every interval: how often
SELECT NOT EXISTS (SELECT FROM upkeep WHERE task = %(task)s AND ran_at >= now() - %(every)s::interval) AS due;
