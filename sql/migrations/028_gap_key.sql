-- Gaps of an area are counted from the index alone.
DROP INDEX gap_key;
CREATE INDEX gap_key ON gap (cell_key, kind, target, target_id, rule) INCLUDE (personal, since);
