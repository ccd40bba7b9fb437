-- A new version of a rule.
-- param code text: code
-- param area_key bigint: area; 0 everywhere
-- param version integer: number
-- param day date: holds from
-- param since date: first day of the first version
-- param name text: name
-- param name_en text: English name
-- param target text: kind of target
-- param kinds text[]: codes that narrow it
-- param activity text[]: activities
-- param modes text[]: modes
-- param document boolean: with a written record
-- param measure text: times, minutes
-- param amount integer: how many
-- param period text: kind of window
-- param every integer: N
-- param holidays text[]: holidays
-- param working boolean: working days
-- param grace integer: days after
-- param rate real: target rate
-- param origin text: where it comes from
-- param retired boolean: ends the rule
INSERT INTO rule (code, area_key, version, valid, since, name, name_en, target, kinds, activity, modes, document, measure,
                  amount, period, every, holidays, working, grace, rate, origin, retired)
VALUES (%(code)s, %(area_key)s, %(version)s, daterange(%(day)s, NULL), %(since)s, %(name)s, %(name_en)s, %(target)s,
        %(kinds)s, %(activity)s, %(modes)s, %(document)s, %(measure)s, %(amount)s, %(period)s, %(every)s, %(holidays)s,
        %(working)s, %(grace)s, %(rate)s, %(origin)s, %(retired)s)
RETURNING id;
