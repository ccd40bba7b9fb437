-- The obligations that are not there yet: every target in every window in which it is one on some day.
-- needs: obligation/stage_window, obligation/stage_work, target/stage
-- param rule_id integer: rule
INSERT INTO stage_work (target_id, opens, due, until, cell_key)
SELECT t.id, w.opens, w.due, COALESCE(w.until, 'infinity'), t.cell_key
FROM stage_target t
JOIN stage_window w ON (t.begins IS NULL OR t.begins <= w.due) AND (t.ends IS NULL OR t.ends > w.opens)
                   AND (t.ends IS NULL OR t.begins IS NULL OR t.ends > t.begins)
WHERE NOT EXISTS (SELECT FROM obligation o
                  WHERE o.rule_id = %(rule_id)s AND o.target_id = t.id AND o.opens = w.opens);
