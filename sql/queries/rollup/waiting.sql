-- How many changes wait to be folded.
SELECT count(*) AS n FROM rollup_delta;
