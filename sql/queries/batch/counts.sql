-- What an import did.
-- param batch_id bigint: the import
-- param counts jsonb: new, changed, same, rejected …
-- param report jsonb: what was noticed
UPDATE import_batch SET counts = %(counts)s, report = %(report)s WHERE id = %(batch_id)s;
