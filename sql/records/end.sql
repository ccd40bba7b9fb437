-- A record is no more from a day on, or is again (no day).
-- param id bigint: number
-- param day date: first day on which it is no more
-- param reason text: code (end_reason)
UPDATE {table} SET ended = %(day)s, end_reason = %(reason)s WHERE id = %(id)s;
