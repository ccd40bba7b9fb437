-- Names of the migrations that were applied, and the hash of functions and policies.
SELECT name, sha256 FROM schema_migration
UNION ALL SELECT 'code', value FROM meta WHERE key = 'code';
