-- The record that a list has under a key.
-- param source_id bigint: the list
-- param source_key text: key in the list
SELECT id FROM {table} WHERE source_id = %(source_id)s AND source_key = %(source_key)s;
