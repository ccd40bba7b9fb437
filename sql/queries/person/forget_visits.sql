-- What was written down when she herself was visited.
-- param id bigint: the person
UPDATE visit SET target_id = NULL, note = NULL WHERE target = 'person' AND target_id = %(id)s;
