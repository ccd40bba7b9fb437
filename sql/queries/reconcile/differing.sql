-- How many records differ in some field and are not decided.
-- param id bigint: the comparison
SELECT count(*) FROM difference WHERE reconciliation_id = %(id)s AND decision = 'open' AND what = 'different';
