-- For the rest of the transaction joins read whole tables: row security lets the planner expect a handful of rows where
-- there are millions, and a million times a handful by index takes minutes.
SELECT set_config('enable_nestloop', 'off', true);
