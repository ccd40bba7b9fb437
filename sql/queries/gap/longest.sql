-- Gaps of a range, those that are there longest first.
-- param lo bigint: first key
-- param hi bigint: key after the last
-- param kinds text[]: kinds
-- param of_rules text[]: codes of rules; none for all
-- param keys bigint[]: cells of an officer; none for all
-- param before date: only those since this day or longer; none for all
-- param after_since date: only those after this one; none from the start
-- param after_key bigint: its cell
-- param after_kind text: its kind
-- param after_target text: its kind of target
-- param after_id bigint: its target
-- param after_rule text: its rule
-- param most integer: page size
-- index: gap_longest
SELECT g.kind, g.target, g.target_id, g.rule, g.cell_key, g.personal, g.since, g.n
FROM unnest(%(kinds)s::text[]) AS k (kind)
CROSS JOIN LATERAL (
    SELECT g.kind, g.target, g.target_id, g.rule, g.cell_key, g.personal, g.since, g.n
    FROM gap g
    WHERE g.kind = k.kind AND g.cell_key >= %(lo)s AND g.cell_key < %(hi)s
      AND (%(of_rules)s::text[] IS NULL OR g.rule = ANY(%(of_rules)s))
      AND (%(keys)s::bigint[] IS NULL OR g.cell_key = ANY(%(keys)s))
      AND (%(before)s::date IS NULL OR g.since <= %(before)s)
      AND g.since >= COALESCE(%(after_since)s, '-infinity'::date)
      AND (%(after_since)s::date IS NULL OR (g.since, g.cell_key, g.kind, g.target, g.target_id, g.rule)
           > (%(after_since)s, %(after_key)s::bigint, %(after_kind)s::text, %(after_target)s::text,
              %(after_id)s::bigint, %(after_rule)s::text))
    ORDER BY g.since, g.cell_key, g.target, g.target_id, g.rule
    LIMIT %(most)s) g
ORDER BY g.since, g.cell_key, g.kind, g.target, g.target_id, g.rule
LIMIT %(most)s;
