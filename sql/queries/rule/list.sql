-- Rules as they hold on a day, or every version of them.
-- param day date: that day; none for every version
-- param planned boolean: also those that begin after that day
-- param lo bigint: only those that hold somewhere in this range of keys; 0 for all
-- param hi bigint: key after the last
SELECT r.id, r.code, r.area_key, a.code AS area, r.version, lower(r.valid) AS valid_from, upper(r.valid) AS valid_to, r.since,
       r.name, r.name_en, r.target, r.kinds, r.activity, r.modes, r.document, r.measure, r.amount, r.period, r.every,
       r.holidays, r.working, r.grace, r.rate, r.origin, r.retired
FROM rule r
LEFT JOIN area a ON a.key = r.area_key AND r.area_key <> 0 AND upper_inf(a.valid)
WHERE (%(day)s::date IS NULL OR r.valid @> %(day)s::date AND NOT r.retired
       OR %(planned)s AND lower(r.valid) > %(day)s::date)
  AND (r.area_key = 0 OR r.area_key >= %(lo)s AND r.area_key < %(hi)s
       OR EXISTS (SELECT FROM area u WHERE u.key = r.area_key AND u.keys @> %(lo)s::bigint))
ORDER BY r.code, r.area_key, r.version;
