-- A new seal.
-- param ids int8multirange: numbers of the rows
-- param rows bigint: how many
-- param previous bytea: the seal before
-- param hash bytea: over both
INSERT INTO audit_seal (ids, rows, previous, hash) VALUES (%(ids)s, %(rows)s, %(previous)s, %(hash)s) RETURNING id;
