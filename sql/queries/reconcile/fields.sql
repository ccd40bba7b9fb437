-- How many open differences there are of each sort and field.
-- param id bigint: the comparison
SELECT d.what, f.name AS field, count(*) AS n
FROM difference d
LEFT JOIN LATERAL unnest(d.fields) AS f (name) ON true
WHERE d.reconciliation_id = %(id)s AND d.decision = 'open'
GROUP BY d.what, f.name
ORDER BY d.what, n DESC;
