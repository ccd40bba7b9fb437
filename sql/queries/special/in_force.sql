-- Of these special divisions, those that are in force.
-- param divisions bigint[]: numbers
SELECT id, area_code, lower(valid) AS valid_from FROM division
WHERE id = ANY(%(divisions)s) AND purpose = 'special' AND status = 'published';
