-- The targets that began on a day, each with a window of its own: what is due N days after an occurrence.
-- needs: obligation/stage_work, target/stage
-- param begins date[]: days on which targets began
-- param due date[]: last day on time for each
-- param until date[]: last day late for each; none for ever
-- param rule_id integer: rule
-- param personal boolean: about residents
WITH made AS (
    INSERT INTO obligation (rule_id, target_id, opens, due, until, cell_key, personal)
    SELECT %(rule_id)s, t.id, w.begins, w.due, w.until, t.cell_key, %(personal)s
    FROM unnest(%(begins)s::date[], %(due)s::date[], %(until)s::date[]) AS w (begins, due, until)
    JOIN stage_target t ON t.begins = w.begins AND (t.ends IS NULL OR t.ends > w.begins)
    ON CONFLICT (rule_id, target_id, opens) DO NOTHING
    RETURNING target_id, opens, until)
INSERT INTO stage_work SELECT target_id, opens, COALESCE(until, 'infinity') FROM made;
