-- A page of gaps is the first few of each kind, put in order; the gaps of a rule are counted without the others; so are
-- the sums. Row security lets the planner expect a handful of rows of any range, and for a handful it reads and sorts
-- everything; an index for each question leaves it nothing to sort.
CREATE INDEX gap_kind ON gap (kind, cell_key, target, target_id, rule);
CREATE INDEX gap_rule ON gap (rule, cell_key) INCLUDE (kind, since, personal) WHERE rule <> '';
CREATE INDEX gap_sum_kind ON gap_sum (kind, cell_key) INCLUDE (personal, gaps);
