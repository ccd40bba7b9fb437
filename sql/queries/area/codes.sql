-- Every code that is or was in use.
SELECT DISTINCT code FROM area;
