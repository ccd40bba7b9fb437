-- The day that counted as today when the sums were worked out, and the cells some of whose sums are not right any more.
-- param lo bigint: first key
-- param hi bigint: key after the last
SELECT (SELECT day FROM coverage_day) AS day,
       ARRAY(SELECT DISTINCT cell_key FROM coverage_stale WHERE cell_key >= %(lo)s AND cell_key < %(hi)s) AS stale;
