-- Published counts of a month.
-- param month date: first of the month; null: the last that was published
-- param level integer: 0 cells, otherwise the digits of the areas
-- param lo bigint: first key
-- param hi bigint: key after the last
SELECT f.key, f.category, f.total, f.done
FROM resident_figure f
WHERE f.month = COALESCE(%(month)s::date, (SELECT max(month) FROM resident_figure))
  AND f.level = %(level)s AND f.key >= %(lo)s AND f.key < %(hi)s;
