-- Room for sorting and hashing a million rows; this transaction only.
SELECT set_config('work_mem', '256MB', true);
