-- For work that the ground itself asks for: all keys, until session/narrow or the end of the transaction.
SELECT set_config('app.scope', '{[0,9007199254740992)}', true),
       set_config('app.person_scope', '{[0,9007199254740992)}', true);
