-- The buildings of an area that have these doors: row numbers of the lists, beginning with 1, and the building.
-- param lo bigint: first key
-- param hi bigint: key after the last
-- param estates text[]: estate of each door
-- param buildings text[]: number in it
-- param streets text[]: street of each door
-- param houses text[]: number at it
WITH door AS (
    SELECT ord, app_door(e, b, s, h) AS door
    FROM unnest(%(estates)s::text[], %(buildings)s::text[], %(streets)s::text[], %(houses)s::text[])
         WITH ORDINALITY AS d (e, b, s, h, ord)
), have AS (
    SELECT id, app_door(estate, building_no, NULL, NULL) AS door FROM building
    WHERE cell_key >= %(lo)s AND cell_key < %(hi)s AND kind = 'building' AND ended IS NULL
    UNION
    SELECT id, app_door(NULL, NULL, street, housenumber) FROM building
    WHERE cell_key >= %(lo)s AND cell_key < %(hi)s AND kind = 'building' AND ended IS NULL
)
SELECT d.ord, min(h.id) AS id FROM door d JOIN have h ON h.door = d.door GROUP BY d.ord ORDER BY d.ord;
