-- Codes that an earlier import of a list gave to its own ids.
-- param source_id bigint: the list
SELECT DISTINCT ON (code_alt) code_alt, code FROM area
WHERE source_id = %(source_id)s AND code_alt IS NOT NULL ORDER BY code_alt, id DESC;
