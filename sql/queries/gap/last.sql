-- When the gaps were found anew the last time.
SELECT day, at FROM gap_update ORDER BY at DESC LIMIT 1;
