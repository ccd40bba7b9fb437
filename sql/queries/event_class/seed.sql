-- A shipped class; its limit is set once and then belongs to the installation.
-- param code text: 2 + 3 digits
-- param name text: name
-- param name_en text: English name
-- param limit_amount smallint: limit
-- param limit_unit text: h, d, wh, wd
-- param origin text: source
INSERT INTO event_class (code, name, name_en, limit_amount, limit_unit, built_in, origin)
VALUES (%(code)s, %(name)s, %(name_en)s, %(limit_amount)s, %(limit_unit)s, true, %(origin)s)
ON CONFLICT (code) DO NOTHING;
