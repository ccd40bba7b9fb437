-- A class that an import brought along, under 其他(扩展); the existing one when somebody was faster.
-- param name text: the source's name
-- param origin text: where it came from
INSERT INTO event_class (code, name, origin)
SELECT '99' || lpad((COALESCE(max(substr(code, 3)::integer), 0) + 1)::text, 3, '0'), %(name)s, %(origin)s
FROM event_class WHERE code LIKE '99___'
ON CONFLICT (name) DO UPDATE SET name = excluded.name
RETURNING id, code, name, name_en, limit_amount, limit_unit, built_in, origin;
