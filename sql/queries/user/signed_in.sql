-- A sign-in that worked.
-- param login text: login
UPDATE app_user SET signed_in_at = now(), failures = 0, locked_until = NULL WHERE login = %(login)s;
