-- Class `own`: accounts, tokens and the audit, for administrator and auditor, and each person's own rows. The sign-in
-- knows a login or a token's hash before it knows a user; it sees the one row that has it.
ALTER TABLE app_user ENABLE ROW LEVEL SECURITY;
ALTER TABLE app_user FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS own_read ON app_user;
CREATE POLICY own_read ON app_user FOR SELECT
    USING ((SELECT current_setting('app.role', true)) IN ('admin', 'auditor', 'system')
           OR id = (SELECT NULLIF(current_setting('app.user_id', true), '')::bigint)
           OR login = (SELECT NULLIF(current_setting('app.login', true), '')));
DROP POLICY IF EXISTS own_insert ON app_user;
CREATE POLICY own_insert ON app_user FOR INSERT
    WITH CHECK ((SELECT current_setting('app.role', true)) IN ('admin', 'system'));
DROP POLICY IF EXISTS own_update ON app_user;
CREATE POLICY own_update ON app_user FOR UPDATE
    USING ((SELECT current_setting('app.role', true)) IN ('admin', 'system')
           OR login = (SELECT NULLIF(current_setting('app.login', true), '')));

ALTER TABLE token ENABLE ROW LEVEL SECURITY;
ALTER TABLE token FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS own_read ON token;
CREATE POLICY own_read ON token FOR SELECT
    USING ((SELECT current_setting('app.role', true)) IN ('admin', 'auditor', 'system')
           OR user_id = (SELECT NULLIF(current_setting('app.user_id', true), '')::bigint)
           OR hash = (SELECT decode(NULLIF(current_setting('app.token_hash', true), ''), 'hex')));
DROP POLICY IF EXISTS own_insert ON token;
CREATE POLICY own_insert ON token FOR INSERT
    WITH CHECK ((SELECT current_setting('app.role', true)) IN ('admin', 'system')
                OR user_id = (SELECT NULLIF(current_setting('app.user_id', true), '')::bigint));
DROP POLICY IF EXISTS own_update ON token;
CREATE POLICY own_update ON token FOR UPDATE
    USING ((SELECT current_setting('app.role', true)) IN ('admin', 'system')
           OR user_id = (SELECT NULLIF(current_setting('app.user_id', true), '')::bigint));

ALTER TABLE audit ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS own_read ON audit;
CREATE POLICY own_read ON audit FOR SELECT
    USING ((SELECT current_setting('app.role', true)) IN ('admin', 'auditor', 'system')
           OR user_id = (SELECT NULLIF(current_setting('app.user_id', true), '')::bigint));
DROP POLICY IF EXISTS own_insert ON audit;
CREATE POLICY own_insert ON audit FOR INSERT
    WITH CHECK (user_id = (SELECT NULLIF(current_setting('app.user_id', true), '')::bigint));

ALTER TABLE audit_seal ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit_seal FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS own_read ON audit_seal;
CREATE POLICY own_read ON audit_seal FOR SELECT
    USING ((SELECT current_setting('app.role', true)) IN ('admin', 'auditor', 'system'));
DROP POLICY IF EXISTS own_insert ON audit_seal;
CREATE POLICY own_insert ON audit_seal FOR INSERT
    WITH CHECK ((SELECT current_setting('app.role', true)) = 'system');
