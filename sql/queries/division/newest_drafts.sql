-- The newest draft of each area inside a range, if it is newer than what is published there.
-- param lo bigint: first key
-- param hi bigint: key after the last
SELECT id FROM (SELECT DISTINCT ON (area_code) id, status FROM division
                WHERE purpose = 'basic' AND keys <@ int8range(%(lo)s, %(hi)s) AND status <> 'retired'
                ORDER BY area_code, id DESC) d
WHERE status = 'draft' ORDER BY id;
