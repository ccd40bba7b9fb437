-- What a roll said of her.
-- param id bigint: the person
DELETE FROM difference d USING reconciliation r
WHERE r.id = d.reconciliation_id AND r.kind = 'person' AND d.record_id = %(id)s;
