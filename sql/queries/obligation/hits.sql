-- Visits to the targets of a kind that is visited as itself.
-- needs: obligation/stage_work, obligation/stage_hit
-- param activity text[]: activities that count
-- param target text: kind of target
INSERT INTO stage_hit
SELECT w.target_id, w.opens, v.id, v.day, v.at, v.mode, v.minutes, v.outcome, v.unconfirmed, v.recorded_at, v.document IS NOT NULL
FROM stage_work w
JOIN visit v ON v.target = %(target)s AND v.target_id = w.target_id
     AND v.day >= (SELECT min(opens) FROM stage_work) AND v.day BETWEEN w.opens AND w.until AND v.activity = ANY(%(activity)s) AND v.ended IS NULL AND v.merged_into IS NULL;
