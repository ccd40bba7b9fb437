-- Back to the caller's own keys.
-- param scope int8multirange: her scope
-- param person_scope int8multirange: her residents
SELECT set_config('app.scope', %(scope)s::int8multirange::text, true),
       set_config('app.person_scope', %(person_scope)s::int8multirange::text, true);
