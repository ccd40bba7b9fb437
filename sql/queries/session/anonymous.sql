-- First statement of a sign-in: nobody yet; only the row with this login or token can be seen.
-- param login text: login, or empty
-- param token_hash text: SHA-256 of a token as hexadecimal, or empty
SELECT set_config('app.user_id', '', true), set_config('app.role', '', true), set_config('app.scope', '', true),
       set_config('app.person_scope', '', true), set_config('app.login', %(login)s, true),
       set_config('app.token_hash', %(token_hash)s, true), set_config('statement_timeout', '5000', true);
