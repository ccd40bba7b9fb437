-- For the rest of the transaction a list in an order comes from the index that has it: row security lets the planner
-- expect a handful of rows, and it reads and sorts a hundred thousand.
SELECT set_config('enable_sort', 'off', true);
