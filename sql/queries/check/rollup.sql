-- Whether the rollup and the events agree: difference of their sums (0 when they do).
SELECT (SELECT count(*) FROM event) - (SELECT COALESCE(sum(n), 0) FROM rollup) - (SELECT COALESCE(sum(n), 0) FROM rollup_delta)
       AS difference;
