-- Areas of some levels that a rule is about.
-- needs: target/stage
-- param kinds text[]: levels; empty for all
-- param lo bigint: first key
-- param hi bigint: key after the last
INSERT INTO stage_target (id, cell_key, begins, ends)
SELECT key, key, NULLIF(min(lower(valid)), '-infinity'), max(COALESCE(upper(valid), 'infinity'))
FROM area
WHERE key >= %(lo)s AND key < %(hi)s AND (%(kinds)s::text[] = '{}' OR level::text = ANY(%(kinds)s))
GROUP BY key;
