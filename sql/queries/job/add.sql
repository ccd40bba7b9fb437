-- Queue a job in the caller's transaction.
-- param kind text: what
-- param params jsonb: with which settings
-- param owner bigint: user
-- param cell_key bigint: key of its area
INSERT INTO job (kind, params, owner, cell_key) VALUES (%(kind)s, %(params)s, %(owner)s, %(cell_key)s) RETURNING id;
