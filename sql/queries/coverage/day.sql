-- The day that counted as today when the sums were worked out.
SELECT day FROM coverage_day;
