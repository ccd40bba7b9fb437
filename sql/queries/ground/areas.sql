-- Areas on a day, whether each is a leaf of the tree and lies in a published basic division, and numbers it had before.
-- param day date: the day
-- param shapes boolean: with their shapes
SELECT a.code, a.key, lower(a.keys) AS lo, upper(a.keys) AS hi, a.level, a.name, a.code_alt, CASE WHEN %(shapes)s THEN ST_AsBinary(a.geom) END AS wkb,
       NOT EXISTS (SELECT FROM area c WHERE c.parent_key = a.key AND c.valid @> %(day)s::date) AS leaf,
       EXISTS (SELECT FROM division d WHERE d.purpose = 'basic' AND d.status = 'published'
               AND d.valid @> %(day)s::date AND d.keys @> a.keys) AS divided,
       ARRAY(SELECT r.old_code || substr(a.code, length(r.new_code) + 1) FROM area_recode r
             WHERE starts_with(a.code, r.new_code)) AS former
FROM area a
WHERE a.valid @> %(day)s::date
ORDER BY a.key;
