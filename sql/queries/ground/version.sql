-- Number of the last change of the ground (a published division, an imported area).
SELECT last_value AS version FROM ground_version;
