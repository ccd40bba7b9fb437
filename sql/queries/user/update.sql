-- Change an account.
-- param login text: login
-- param name text: name
-- param area_code text: own area
-- param cells bigint[]: keys of an officer's cells
-- param disabled boolean: may not sign in
UPDATE app_user SET name = %(name)s, area_code = %(area_code)s, cells = %(cells)s, disabled = %(disabled)s
WHERE login = %(login)s AND role <> 'system';
