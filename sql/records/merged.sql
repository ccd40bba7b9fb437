-- A record that turned out to be another one is no more.
-- param keep bigint: the one that stays
-- param other bigint: the one that it was, too
-- param day date: today
UPDATE {table} SET ended = %(day)s, end_reason = 'merged', merged_into = %(keep)s WHERE id = %(other)s;
