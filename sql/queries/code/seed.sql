-- The shipped entries; what an installation has already stays as it is there.
-- param rows jsonb: entries of data/codes.csv
INSERT INTO code (list, code, name, name_en, aliases, min_age, max_age, graded, sensitive, counts, consequence, built_in, origin)
SELECT r.list, r.code, r.name, r.name_en, r.aliases, r.min_age, r.max_age, r.graded, r.sensitive, r.counts, r.consequence, true,
       r.origin
FROM jsonb_to_recordset(%(rows)s) AS r (list text, code text, name text, name_en text, aliases text[], min_age smallint,
    max_age smallint, graded boolean, sensitive boolean, counts boolean, consequence text,
    origin text)
ON CONFLICT DO NOTHING;
