-- The gaps that are there longest, first: a page of each kind from an index, as those cell by cell have.
CREATE INDEX gap_longest ON gap (kind, since, cell_key, target, target_id, rule) INCLUDE (personal);
