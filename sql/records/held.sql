-- Records that are still in the state they were read in; nobody changes them until this transaction ends.
-- param ids bigint[]: numbers
-- param versions text[]: the state of each
SELECT e.id
FROM unnest(%(ids)s::bigint[], %(versions)s::text[]) AS v (id, version)
JOIN {table} e ON e.id = v.id AND e.xmin::text = v.version
FOR UPDATE OF e;
