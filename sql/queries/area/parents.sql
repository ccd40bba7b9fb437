-- The nearest loaded area above each area, written where it differs.
UPDATE area a SET parent_key = p.key
FROM (SELECT c.id,
             (SELECT b.key FROM area b
              WHERE b.level < c.level AND b.keys @> c.keys AND b.valid && c.valid
              ORDER BY b.level DESC LIMIT 1) AS key
      FROM area c) p
WHERE a.id = p.id AND a.parent_key IS DISTINCT FROM p.key;
