-- A new password.
-- param login text: login
-- param password_hash text: argon2
UPDATE app_user SET password_hash = %(password_hash)s, failures = 0, locked_until = NULL
WHERE login = %(login)s AND role <> 'system';
