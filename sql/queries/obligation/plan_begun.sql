-- The same of targets that have a window of their own, from the day on which each began.
-- needs: obligation/stage_work, target/stage
-- param begins date[]: days on which targets began
-- param due date[]: last day on time for each
-- param until date[]: last day late for each; none for ever
-- param rule_id integer: rule
INSERT INTO stage_work (target_id, opens, due, until, cell_key)
SELECT t.id, w.begins, w.due, COALESCE(w.until, 'infinity'), t.cell_key
FROM unnest(%(begins)s::date[], %(due)s::date[], %(until)s::date[]) AS w (begins, due, until)
JOIN stage_target t ON t.begins = w.begins AND (t.ends IS NULL OR t.ends > w.begins)
WHERE NOT EXISTS (SELECT FROM obligation o
                  WHERE o.rule_id = %(rule_id)s AND o.target_id = t.id AND o.opens = w.begins);
