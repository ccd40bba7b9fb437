-- The account behind a login, for checking its password.
-- param login text: login
SELECT id, password_hash, disabled, failures, locked_until FROM app_user WHERE login = %(login)s AND role <> 'system';
