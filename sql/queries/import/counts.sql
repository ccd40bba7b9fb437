-- How many rows of the file the list has already, and how many of them differ.
-- needs: import/stage_known
SELECT count(*) AS known, count(*) FILTER (WHERE changed) AS changed FROM stage_known;
