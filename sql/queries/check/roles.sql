-- What is wrong with the roles: the login may own nothing, bypass nothing, and not be a superuser.
SELECT r.rolname AS name, r.rolsuper AS super, r.rolbypassrls AS bypass,
       (SELECT count(*) FROM pg_class c WHERE c.relowner = r.oid) AS owns
FROM pg_roles r WHERE r.rolname IN ('gridsvc_app', 'gridsvc_owner');
