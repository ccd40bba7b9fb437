-- All classes of events.
SELECT id, code, name, name_en, limit_amount, limit_unit, built_in, origin FROM event_class ORDER BY code;
