-- Events of a class whose limit comes from the class.
-- param id smallint: the class
-- index: event_class_day or event_key
SELECT id, reported_at FROM event WHERE class_id = %(id)s AND NOT due_given;
