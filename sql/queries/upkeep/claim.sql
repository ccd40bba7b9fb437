-- Take work that comes round, if it is due and nobody else has it.
-- param task text: which
-- param every interval: how often
INSERT INTO upkeep AS u (task, ran_at) VALUES (%(task)s, now())
ON CONFLICT (task) DO UPDATE SET ran_at = now() WHERE u.ran_at < now() - %(every)s::interval
RETURNING task;
