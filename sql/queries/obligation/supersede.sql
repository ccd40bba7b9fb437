-- Obligations that fall due when another version of their rule holds, or where a rule of an area takes its place: that
-- one makes them anew, with the same visits. How many there were, and when the first of them fell due.
-- param codes text[]: rules with more than one version
-- param ids integer[]: versions, one for each spell and range below
-- param first date[]: days on which the windows of a version fall due, from
-- param last date[]: to
-- param lo bigint[]: keys that it holds in, from
-- param hi bigint[]: key after the last
WITH gone AS (
DELETE FROM obligation o
USING rule r
WHERE r.id = o.rule_id AND r.code = ANY(%(codes)s)
  AND NOT EXISTS (SELECT FROM unnest(%(ids)s::integer[], %(first)s::date[], %(last)s::date[], %(lo)s::bigint[],
                                     %(hi)s::bigint[]) AS s (id, first, last, lo, hi)
                  WHERE s.id = o.rule_id AND o.due BETWEEN s.first AND s.last
                    AND o.cell_key >= s.lo AND o.cell_key < s.hi)
RETURNING o.due)
SELECT count(*) AS n, min(due) AS first FROM gone;
