-- Whether a list in an order comes from the index that has it, planned for its page: row security lets the planner expect
-- a handful of rows, and it reads and sorts a hundred thousand. For the list only: other statements are planned once.
-- param on boolean: from here on, or no more
SELECT set_config('enable_sort', CASE WHEN %(on)s THEN 'off' ELSE 'on' END, true),
       set_config('plan_cache_mode', CASE WHEN %(on)s THEN 'force_custom_plan' ELSE 'auto' END, true);
