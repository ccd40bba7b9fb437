-- Buildings of some cells.
-- param keys bigint[]: cells
-- index: building_key
SELECT cell_key AS key, count(*) AS n FROM building
WHERE cell_key = ANY(%(keys)s) AND kind = 'building'
GROUP BY cell_key;
