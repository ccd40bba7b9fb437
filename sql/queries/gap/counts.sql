-- How many gaps of each kind there are in a range, of rules or since a day: what the sums (gap/sums) do not know.
-- param lo bigint: first key
-- param hi bigint: key after the last
-- param of_rules text[]: codes of rules; none for all
-- param keys bigint[]: cells of an officer; none for all
-- param before date: only those since this day or longer; none for all
SELECT kind, count(*) AS gaps FROM gap g
WHERE g.cell_key >= %(lo)s AND g.cell_key < %(hi)s
  AND (%(of_rules)s::text[] IS NULL OR g.rule = ANY(%(of_rules)s))
  AND (%(keys)s::bigint[] IS NULL OR g.cell_key = ANY(%(keys)s))
  AND (%(before)s::date IS NULL OR g.since <= %(before)s)
GROUP BY kind;
