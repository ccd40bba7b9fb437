-- Dwellings (or stairwells: room none) of a building that are there twice: the older one stays.
-- param id bigint: the building
SELECT min(d.id) OVER w AS keep, d.id AS other, 'dwelling' AS kind
FROM dwelling d WHERE d.building_id = %(id)s AND d.ended IS NULL
WINDOW w AS (PARTITION BY app_room(d.building_id, d.unit_no, d.room, NULL))
UNION ALL
SELECT min(u.id) OVER w, u.id, 'unit'
FROM unit u WHERE u.building_id = %(id)s AND u.ended IS NULL
WINDOW w AS (PARTITION BY app_no(u.unit_no));
