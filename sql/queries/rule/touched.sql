-- Rules whose targets the changed visits may be to, by the kind of target; those with obligations only.
-- needs: obligation/stage_change
SELECT r.id, r.code, r.since, r.name, r.name_en, r.target, r.kinds, r.activity, r.modes, r.document, r.measure, r.amount,
       r.period, r.every, r.holidays, r.working, r.grace, r.rate, r.origin
FROM rule r
WHERE r.activity && (SELECT array_agg(DISTINCT activity) FROM stage_change)
  AND (r.target IN (SELECT target FROM stage_change)
       OR r.target IN ('dwelling', 'household', 'person')
          AND EXISTS (SELECT FROM stage_change WHERE target IN ('dwelling', 'household', 'person')))
  AND EXISTS (SELECT FROM obligation o WHERE o.rule_id = r.id)
ORDER BY r.id;
