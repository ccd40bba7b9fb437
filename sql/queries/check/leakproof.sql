-- Whether the function behind && may be used below a policy.
SELECT proleakproof AS yes FROM pg_proc WHERE oid = 'geometry_overlaps(geometry, geometry)'::regprocedure;
