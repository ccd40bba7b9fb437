-- Entries of the code tables, of one or of all.
-- param list text: which table; none: all
SELECT list, code, name, name_en, aliases, min_age, max_age, graded, sensitive, counts, consequence, built_in, retired, origin
FROM code
WHERE %(list)s::text IS NULL OR list = %(list)s
ORDER BY list, code;
