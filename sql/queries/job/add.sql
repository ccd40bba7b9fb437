-- Queue a job in the caller's transaction.
-- param kind text: what
-- param params jsonb: with which settings
-- param owner bigint: user
-- param cell_key bigint: key of its area
-- param personal boolean: whether its result is about residents
INSERT INTO job (kind, params, owner, cell_key, personal)
VALUES (%(kind)s, %(params)s, %(owner)s, %(cell_key)s, %(personal)s)
RETURNING id;
