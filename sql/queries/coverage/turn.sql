-- Another day counts as today: the sums of months that were not over, and those in which something was done shortly
-- before, are no longer right.
-- param was date: the day that they were worked out for; none: for none
-- param now date: the day that counts as today
INSERT INTO coverage_stale (cell_key, month)
SELECT DISTINCT cell_key, date_trunc('month', due)::date
FROM obligation
WHERE %(was)s::date IS NULL OR %(now)s < %(was)s OR due >= date_trunc('month', %(was)s::date)
   OR fulfilled_on > %(was)s::date - 7 OR tried_on > %(was)s OR excused_on > %(was)s;
