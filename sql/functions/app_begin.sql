-- First statement of every transaction: who is asking, what she may see, how long it may take. All of it is local to
-- the transaction, so nothing reaches the next borrower of a pooled connection. Runs with the caller's own rights:
-- app_user shows a row to its owner.
DROP FUNCTION IF EXISTS app_begin(bigint, integer);
CREATE FUNCTION app_begin(p_user bigint, p_budget_ms integer)
RETURNS TABLE (login text, name text, role text, area_code text, scope int8multirange,
              person_scope int8multirange)
LANGUAGE plpgsql AS $$
DECLARE
    u app_user;
    s int8multirange;
    p int8multirange;
    o bigint;
BEGIN
    PERFORM set_config('app.user_id', p_user::text, true),
            set_config('app.role', '', true),
            set_config('app.user_name', '', true),
            set_config('app.officer_id', '', true),
            set_config('app.scope', '', true),
            set_config('app.person_scope', '', true),
            set_config('statement_timeout', p_budget_ms::text, true),
            set_config('idle_in_transaction_session_timeout', greatest(p_budget_ms, 60000)::text, true);
    SELECT * INTO u FROM app_user WHERE id = p_user AND NOT disabled;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    s := app_scope_of(u.role, u.area_code, u.cells);
    p := s;
    IF u.role = 'officer' THEN
        SELECT id INTO o FROM officer WHERE user_id = p_user AND COALESCE(ended, 'infinity') > app_today();
        PERFORM set_config('app.officer_id', COALESCE(o::text, ''), true);
        p := p + app_posts_scope(o, app_today(), true);
        s := s + app_posts_scope(o, app_today(), false);
    END IF;
    IF u.role IN ('analyst', 'admin', 'auditor') THEN
        p := '{}';
    END IF;
    PERFORM set_config('app.role', u.role, true),
            set_config('app.user_name', u.name, true),
            set_config('app.scope', s::text, true),
            set_config('app.person_scope', p::text, true);
    RETURN QUERY SELECT u.login, u.name, u.role, u.area_code, s, p;
END
$$;
