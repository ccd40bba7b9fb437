-- How long things are kept.
SELECT kind, days, basis FROM retention ORDER BY kind;
