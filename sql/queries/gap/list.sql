-- Gaps of a range, cell by cell: the first of each kind, and of those the first.
-- param lo bigint: first key
-- param hi bigint: key after the last
-- param kinds text[]: kinds
-- param of_rules text[]: codes of rules; none for all
-- param keys bigint[]: cells of an officer; none for all
-- param before date: only those since this day or longer; none for all
-- param after_key bigint: only those after this one; none from the start
-- param after_kind text: its kind
-- param after_target text: its kind of target
-- param after_id bigint: its target
-- param after_rule text: its rule
-- param most integer: page size
-- index: gap_kind
SELECT g.kind, g.target, g.target_id, g.rule, g.cell_key, g.personal, g.since, g.n
FROM unnest(%(kinds)s::text[]) AS k (kind)
CROSS JOIN LATERAL (
    SELECT g.kind, g.target, g.target_id, g.rule, g.cell_key, g.personal, g.since, g.n
    FROM gap g
    WHERE g.kind = k.kind AND g.cell_key >= GREATEST(%(lo)s, COALESCE(%(after_key)s, 0)) AND g.cell_key < %(hi)s
      AND (%(of_rules)s::text[] IS NULL OR g.rule = ANY(%(of_rules)s))
      AND (%(keys)s::bigint[] IS NULL OR g.cell_key = ANY(%(keys)s))
      AND (%(before)s::date IS NULL OR g.since <= %(before)s)
      AND (%(after_key)s::bigint IS NULL OR (g.cell_key, g.kind, g.target, g.target_id, g.rule)
           > (%(after_key)s, %(after_kind)s::text, %(after_target)s::text, %(after_id)s::bigint, %(after_rule)s::text))
    ORDER BY g.cell_key, g.target, g.target_id, g.rule
    LIMIT %(most)s) g
ORDER BY g.cell_key, g.kind, g.target, g.target_id, g.rule
LIMIT %(most)s;
