-- First statement of a transaction: sets user, role, scope and time budget for it alone. No row: no such user.
-- param user_id bigint: the caller
-- param budget integer: milliseconds
SELECT login, name, role, area_code, scope, person_scope FROM app_begin(%(user_id)s, %(budget)s);
