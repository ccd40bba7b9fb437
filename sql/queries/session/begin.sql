-- First statement of a transaction: sets user, role, scope and time budget for it alone. No row: no such user. With the
-- time zone of the installation, which nearly every transaction needs to know what day it is.
-- param user_id bigint: the caller
-- param budget integer: milliseconds
-- param plans text: plan_cache_mode of the transaction
SELECT login, name, role, area_code, scope, person_scope, (SELECT value FROM meta WHERE key = 'tz') AS zone,
       set_config('plan_cache_mode', %(plans)s, true)
FROM app_begin(%(user_id)s, %(budget)s);
