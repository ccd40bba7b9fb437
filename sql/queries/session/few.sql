-- For the rest of the transaction joins look rows up one by one by index: there are few of them, in tables of millions
-- about which row security keeps the planner in the dark.
SELECT set_config('enable_hashjoin', 'off', true), set_config('enable_mergejoin', 'off', true);
