-- Write due instants that changed.
-- needs: event_class/stage_due
UPDATE event e SET due_at = s.due_at
FROM stage_due s
WHERE e.id = s.id AND e.due_at IS DISTINCT FROM s.due_at;
