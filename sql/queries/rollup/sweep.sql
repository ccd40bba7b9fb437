-- Rows that came down to nothing.
DELETE FROM rollup WHERE n = 0;
