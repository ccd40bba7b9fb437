-- The ground changes.
SELECT nextval('ground_version') AS version;
