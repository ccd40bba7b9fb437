-- Tables of ours that no class of protection names.
SELECT c.relname AS name
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p', 'v', 'm') AND pg_get_userbyid(c.relowner) = 'gridsvc_owner'
  AND COALESCE(obj_description(c.oid, 'pg_class'), '') !~ '^class=(open|scope|person|own): ';
