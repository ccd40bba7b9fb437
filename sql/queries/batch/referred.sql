-- Records that stand in a building, dwelling, household or duty zone of this import and came from elsewhere; while there are any it
-- cannot be undone.
-- param batch_id bigint: the import
-- param most integer: how many to name
SELECT r.kind, r.id
FROM (SELECT 'dwelling' AS kind, d.id FROM dwelling d JOIN building b ON b.id = d.building_id
      WHERE b.batch_id = %(batch_id)s AND d.batch_id <> %(batch_id)s
      UNION ALL
      SELECT 'unit', u.id FROM unit u JOIN building b ON b.id = u.building_id WHERE b.batch_id = %(batch_id)s
      UNION ALL
      SELECT 'organisation', o.id FROM organisation o JOIN building b ON b.id = o.building_id
      WHERE b.batch_id = %(batch_id)s
      UNION ALL
      SELECT 'hazard', h.id FROM hazard h JOIN building b ON b.id = h.building_id WHERE b.batch_id = %(batch_id)s
      UNION ALL
      SELECT 'hazard_source', h.id FROM hazard_source h JOIN building b ON b.id = h.building_id
      WHERE b.batch_id = %(batch_id)s
      UNION ALL
      SELECT 'post', p.id FROM post p JOIN zone z ON z.id = p.zone_id
      WHERE z.batch_id = %(batch_id)s AND p.batch_id <> %(batch_id)s
      UNION ALL
      SELECT 'household', h.id FROM household h JOIN dwelling d ON d.id = h.dwelling_id
      WHERE d.batch_id = %(batch_id)s AND h.batch_id <> %(batch_id)s
      UNION ALL
      SELECT 'person', p.id FROM person p JOIN dwelling d ON d.id = p.dwelling_id
      WHERE d.batch_id = %(batch_id)s AND p.batch_id <> %(batch_id)s
      UNION ALL
      SELECT 'person', p.id FROM person p JOIN household h ON h.id = p.household_id
      WHERE h.batch_id = %(batch_id)s AND p.batch_id <> %(batch_id)s) r
ORDER BY r.kind, r.id
LIMIT %(most)s;
