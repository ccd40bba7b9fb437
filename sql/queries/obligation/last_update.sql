-- Day of the last update of obligations.
SELECT max(day) AS day FROM obligation_update;
