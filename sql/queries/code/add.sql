-- An entry of the installation's own; nothing when code or name is taken.
-- param list text: which table
-- param code text: code
-- param name text: name
-- param name_en text: English name
-- param aliases text[]: other words for it
-- param counts boolean: of an outcome: the visit counts
-- param consequence text: of an outcome: what it says
-- param origin text: who added it
INSERT INTO code (list, code, name, name_en, aliases, counts, consequence, origin)
VALUES (%(list)s, %(code)s, %(name)s, %(name_en)s, %(aliases)s, %(counts)s, %(consequence)s, %(origin)s)
ON CONFLICT DO NOTHING;
