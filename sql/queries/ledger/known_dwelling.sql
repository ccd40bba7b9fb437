-- Which dwellings the buildings of an area have: row numbers of the lists, beginning with 1.
-- param lo bigint: first key
-- param hi bigint: key after the last
-- param estates text[]: estate of each
-- param buildings text[]: number in it
-- param streets text[]: street of each
-- param houses text[]: number at it
-- param units text[]: stairwell of each
-- param rooms text[]: room of each
WITH door AS (
    SELECT ord, app_door(e, b, s, h) AS door, u, r
    FROM unnest(%(estates)s::text[], %(buildings)s::text[], %(streets)s::text[], %(houses)s::text[], %(units)s::text[], %(rooms)s::text[])
         WITH ORDINALITY AS d (e, b, s, h, u, r, ord)
), have AS (
    SELECT id, app_door(estate, building_no, NULL, NULL) AS door FROM building
    WHERE cell_key >= %(lo)s AND cell_key < %(hi)s AND kind = 'building' AND ended IS NULL
    UNION
    SELECT id, app_door(NULL, NULL, street, housenumber) FROM building
    WHERE cell_key >= %(lo)s AND cell_key < %(hi)s AND kind = 'building' AND ended IS NULL
)
SELECT DISTINCT d.ord FROM door d
JOIN have h ON h.door = d.door
JOIN dwelling x ON x.building_id = h.id AND x.ended IS NULL AND COALESCE(app_no(x.unit_no), '') = COALESCE(app_no(d.u), '') AND COALESCE(app_no(x.room), '') = COALESCE(app_no(d.r), '')
ORDER BY d.ord;
