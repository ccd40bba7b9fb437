-- Accounts with a button on the demo's login page.
SELECT id, login, name, role FROM app_user WHERE demo AND NOT disabled ORDER BY id;
