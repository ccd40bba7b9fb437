-- Buildings a hexagon.
-- param lo bigint: first key
-- param hi bigint: key after the last
-- param clear bigint: bits that stay
-- param fill bigint: bits that are set
SELECT (h3 & %(clear)s::bigint) | %(fill)s::bigint AS key, count(*) AS n FROM building
WHERE cell_key >= %(lo)s AND cell_key < %(hi)s AND kind = 'building' AND h3 IS NOT NULL
GROUP BY 1;
