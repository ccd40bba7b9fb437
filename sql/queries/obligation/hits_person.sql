-- Visits to residents: to them, to their household, to their door.
-- needs: obligation/stage_work, obligation/stage_hit
-- param activity text[]: activities that count
INSERT INTO stage_hit
SELECT w.target_id, w.opens, v.id, v.day, v.at, v.mode, v.minutes, v.outcome, v.unconfirmed, v.recorded_at, v.document IS NOT NULL
FROM stage_work w
JOIN visit v ON v.target = 'person' AND v.target_id = w.target_id
     AND v.day >= (SELECT min(opens) FROM stage_work) AND v.day BETWEEN w.opens AND w.until AND v.activity = ANY(%(activity)s) AND v.ended IS NULL AND v.merged_into IS NULL
UNION ALL
SELECT w.target_id, w.opens, v.id, v.day, v.at, v.mode, v.minutes, v.outcome, v.unconfirmed, v.recorded_at, v.document IS NOT NULL
FROM stage_work w
JOIN person p ON p.id = w.target_id
JOIN visit v ON v.target = 'household' AND v.target_id = p.household_id
     AND v.day >= (SELECT min(opens) FROM stage_work) AND v.day BETWEEN w.opens AND w.until AND v.activity = ANY(%(activity)s) AND v.ended IS NULL AND v.merged_into IS NULL
UNION ALL
SELECT w.target_id, w.opens, v.id, v.day, v.at, v.mode, v.minutes, v.outcome, v.unconfirmed, v.recorded_at, v.document IS NOT NULL
FROM stage_work w
JOIN person p ON p.id = w.target_id
JOIN visit v ON v.target = 'dwelling' AND v.target_id = p.dwelling_id
     AND v.day >= (SELECT min(opens) FROM stage_work) AND v.day BETWEEN w.opens AND w.until AND v.activity = ANY(%(activity)s) AND v.ended IS NULL AND v.merged_into IS NULL;
