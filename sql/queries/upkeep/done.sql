-- Work that comes round was done now.
-- param task text: which
INSERT INTO upkeep (task, ran_at) VALUES (%(task)s, now()) ON CONFLICT (task) DO UPDATE SET ran_at = now();
