-- States of the events received in some days, a cell and class (definitions: domain.closing).
-- param lo bigint: first key
-- param hi bigint: key after the last
-- param classes smallint[]: classes
-- param start date: first day
-- param stop date: day after the last
-- param now timestamptz: the instant "today" ends
-- index: event_class_day or event_key
SELECT cell_key, class_id, count(*) AS received,
       count(*) FILTER (WHERE state <> 'void' AND due_at IS NOT NULL AND closed_at <= due_at) AS closed_in_time,
       count(*) FILTER (WHERE state <> 'void' AND due_at IS NOT NULL AND closed_at > due_at) AS closed_late,
       count(*) FILTER (WHERE state <> 'void' AND due_at >= %(now)s AND closed_at IS NULL) AS open_in_time,
       count(*) FILTER (WHERE state <> 'void' AND due_at < %(now)s AND closed_at IS NULL) AS overdue,
       count(*) FILTER (WHERE state <> 'void' AND due_at IS NULL) AS no_limit,
       count(*) FILTER (WHERE state = 'void') AS void
FROM event
WHERE class_id = ANY(%(classes)s) AND day >= %(start)s AND day < %(stop)s
  AND cell_key >= %(lo)s AND cell_key < %(hi)s
GROUP BY cell_key, class_id;
