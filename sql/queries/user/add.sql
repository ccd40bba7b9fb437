-- A new account.
-- param login text: login
-- param name text: name
-- param role text: role
-- param area_code text: own area
-- param cells bigint[]: keys of an officer's cells
-- param password_hash text: argon2
-- param demo boolean: button on the demo's login page
INSERT INTO app_user (login, name, role, area_code, cells, password_hash, demo)
VALUES (%(login)s, %(name)s, %(role)s, %(area_code)s, %(cells)s, %(password_hash)s, %(demo)s)
RETURNING id;
