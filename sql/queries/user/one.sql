-- One account by its login.
-- param login text: login
SELECT id, login, name, role, area_code, cells, disabled, demo FROM app_user WHERE login = %(login)s AND role <> 'system';
