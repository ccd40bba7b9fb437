-- The day on which an obligation has its officer: that on which it was done or fell due, while it is open today.
CREATE OR REPLACE FUNCTION app_duty_day(p_opens date, p_due date, p_fulfilled date, p_today date)
RETURNS date
LANGUAGE sql IMMUTABLE AS $$
    SELECT LEAST(p_due, COALESCE(p_fulfilled, p_due), GREATEST(p_today, p_opens))
$$;
