-- What buildings are used for, in the words of their lists.
SELECT COALESCE(array_agg(DISTINCT use ORDER BY use), '{}') AS uses FROM building WHERE use IS NOT NULL AND ended IS NULL;
