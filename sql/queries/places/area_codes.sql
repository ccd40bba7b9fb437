-- Codes of the areas in force.
SELECT code FROM area WHERE upper_inf(valid) ORDER BY code;
