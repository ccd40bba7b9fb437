-- Records whose list or class does not exist (they carry no foreign keys: a row trigger each makes a million rows slow).
SELECT 'event.source' AS name, count(*) AS n FROM event e WHERE NOT EXISTS (SELECT FROM source s WHERE s.id = e.source_id)
UNION ALL
SELECT 'event.class', count(*) FROM event e WHERE NOT EXISTS (SELECT FROM event_class c WHERE c.id = e.class_id)
UNION ALL
SELECT 'building.source', count(*) FROM building b WHERE NOT EXISTS (SELECT FROM source s WHERE s.id = b.source_id);
