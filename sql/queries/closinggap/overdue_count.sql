-- How many open events have passed their limit.
-- param lo bigint: first key
-- param hi bigint: key after the last
-- param now timestamptz: the instant "today" ends
SELECT count(*) AS n FROM event
WHERE state = 'open' AND due_at < %(now)s AND cell_key >= %(lo)s AND cell_key < %(hi)s;
