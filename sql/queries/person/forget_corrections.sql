-- What somebody wanted to correct of her.
-- param id bigint: the person
DELETE FROM correction WHERE entity = 'person' AND record_id = %(id)s;
