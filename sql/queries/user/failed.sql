-- A sign-in that did not; after five in a row the account rests for five minutes.
-- param login text: login
UPDATE app_user SET failures = failures + 1,
    locked_until = CASE WHEN failures + 1 >= 5 THEN now() + interval '5 minutes' ELSE locked_until END
WHERE login = %(login)s;
