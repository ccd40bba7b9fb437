-- All accounts.
SELECT id, login, name, role, area_code, cells, disabled, demo, created_at, signed_in_at FROM app_user
WHERE role <> 'system' ORDER BY login;
