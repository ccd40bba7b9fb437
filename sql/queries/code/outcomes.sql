-- Outcomes of visits with what comes of them, those that are offered no more too.
SELECT code, counts, consequence FROM code WHERE list = 'visit_outcome' ORDER BY code;
