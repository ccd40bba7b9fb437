-- Records with a place that lie in no cell or area.
SELECT 'event' AS name, count(*) AS n FROM event WHERE assign_status = 'outside'
UNION ALL SELECT 'building', count(*) FROM building WHERE assign_status = 'outside' AND kind = 'building';
