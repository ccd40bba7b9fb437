-- Open obligations whose target is none any more in their window, and that nobody has done anything about.
-- needs: target/stage
-- param rule_id integer: rule
-- param first date: of those that fall due on this day or later
-- param last date: and not after this one
DELETE FROM obligation o
WHERE o.rule_id = %(rule_id)s AND o.due BETWEEN %(first)s AND %(last)s AND o.visits = 0 AND o.tried_on IS NULL AND o.excused_on IS NULL
  AND NOT EXISTS (SELECT FROM stage_target t
                  WHERE t.id = o.target_id AND (t.begins IS NULL OR t.begins <= o.due)
                    AND (t.ends IS NULL OR t.ends > o.opens)
                    AND (t.ends IS NULL OR t.begins IS NULL OR t.ends > t.begins));
