-- What an obligation is on a day (docs/coverage.md), the first that holds: 1 done, 2 late, 3 excused, 4 not found,
-- 5 refused, 6 nobody, 7 due, 8 overdue.
CREATE OR REPLACE FUNCTION app_task_status(
    p_fulfilled date, p_due date, p_excused date, p_tried_on date, p_tried text, p_post bigint, p_today date,
    p_not_found text[], p_refused text[])
RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN p_fulfilled <= p_today THEN CASE WHEN p_fulfilled <= p_due THEN 1 ELSE 2 END
                WHEN p_excused <= p_today THEN 3
                WHEN p_tried_on <= p_today AND p_tried = ANY(p_not_found) THEN 4
                WHEN p_tried_on <= p_today AND p_tried = ANY(p_refused) THEN 5
                WHEN p_post IS NULL THEN 6
                WHEN p_due >= p_today THEN 7 ELSE 8 END
$$;
