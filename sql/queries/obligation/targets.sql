-- What targets of obligations are called and where they are; of doors the parts, so that they can be masked.
-- param kinds text[]: kinds of target
-- param ids bigint[]: their numbers, each beside its kind
SELECT k.target, k.id, n.title, n.person, n.unit_no, n.room, n.home, n.household, n.cell_key, n.address,
       b.estate, b.building_no, b.street, b.housenumber, b.name,
       ST_X(COALESCE(n.geom, b.geom)) AS lon, ST_Y(COALESCE(n.geom, b.geom)) AS lat
FROM unnest(%(kinds)s::text[], %(ids)s::bigint[]) AS k (target, id)
CROSS JOIN LATERAL (
    SELECT c.name AS title, NULL::text AS person, NULL::bigint AS building_id, NULL::text AS address, NULL::text AS unit_no,
           NULL::text AS room, NULL::bigint AS home, NULL::bigint AS household, c.key AS cell_key, NULL::geometry AS geom
    FROM cell c WHERE k.target = 'cell' AND c.key = k.id
    UNION ALL
    (SELECT a.name, NULL, NULL, NULL, NULL, NULL, NULL, NULL, a.key, NULL
     FROM area a WHERE k.target = 'area' AND a.key = k.id ORDER BY upper(a.valid) DESC NULLS FIRST LIMIT 1)
    UNION ALL
    SELECT e.name, NULL, NULL, NULL, NULL, NULL, NULL, NULL, e.cell_key, ST_PointOnSurface(e.geom)
    FROM estate e WHERE k.target = 'estate' AND e.id = k.id
    UNION ALL
    SELECT g.name, NULL, NULL, NULL, NULL, NULL, NULL, NULL, g.cell_key, ST_PointOnSurface(g.geom)
    FROM resident_group g WHERE k.target = 'resident_group' AND g.id = k.id
    UNION ALL
    SELECT NULL, NULL, b.id, b.address, NULL, NULL, NULL, NULL, b.cell_key, b.geom
    FROM building b WHERE k.target = 'building' AND b.id = k.id
    UNION ALL
    SELECT NULL, NULL, u.building_id, NULL, u.unit_no, NULL, NULL, NULL, u.cell_key, u.geom
    FROM unit u WHERE k.target = 'unit' AND u.id = k.id
    UNION ALL
    SELECT NULL, NULL, d.building_id, d.address, d.unit_no, d.room, d.id, NULL, d.cell_key, d.geom
    FROM dwelling d WHERE k.target = 'dwelling' AND d.id = k.id
    UNION ALL
    SELECT NULL, h.head, d.building_id, d.address, d.unit_no, d.room, h.dwelling_id, h.id, h.cell_key, h.geom
    FROM household h LEFT JOIN dwelling d ON d.id = h.dwelling_id WHERE k.target = 'household' AND h.id = k.id
    UNION ALL
    SELECT NULL, p.name, d.building_id, d.address, d.unit_no, d.room, p.dwelling_id, p.household_id, p.cell_key, p.geom
    FROM person p LEFT JOIN dwelling d ON d.id = p.dwelling_id WHERE k.target = 'person' AND p.id = k.id
    UNION ALL
    SELECT z.title, NULL, z.building_id, z.address, NULL, NULL, NULL, NULL, z.cell_key, z.geom
    FROM hazard z WHERE k.target = 'hazard' AND z.id = k.id
    UNION ALL
    SELECT s.name, NULL, s.building_id, s.address, NULL, NULL, NULL, NULL, s.cell_key, s.geom
    FROM hazard_source s WHERE k.target = 'hazard_source' AND s.id = k.id
    UNION ALL
    SELECT o.name, NULL, o.building_id, o.address, NULL, NULL, NULL, NULL, o.cell_key, o.geom
    FROM organisation o WHERE k.target = 'organisation' AND o.id = k.id
    UNION ALL
    SELECT c.name, NULL, NULL, c.address, NULL, NULL, NULL, NULL, c.cell_key, c.geom
    FROM component c WHERE k.target = 'component' AND c.id = k.id
    UNION ALL
    SELECT f.name, NULL, NULL, f.address, NULL, NULL, NULL, NULL, f.cell_key, f.geom
    FROM facility f WHERE k.target = 'facility' AND f.id = k.id
    UNION ALL
    SELECT z.name, NULL, NULL, NULL, NULL, NULL, NULL, NULL, z.cell_key, ST_PointOnSurface(z.geom)
    FROM zone z WHERE k.target = 'zone' AND z.id = k.id) n
LEFT JOIN building b ON b.id = n.building_id;
