-- Comparisons, the newest first, and how many of their differences are still open.
-- param before bigint: with a number below this one
-- param most integer: how many
SELECT r.id, r.cell_key, r.kind, r.name, r.file_name, r.counts, r.created_at, r.by_name AS created_by,
       (SELECT count(*) FROM difference d WHERE d.reconciliation_id = r.id AND d.decision = 'open') AS open
FROM reconciliation r
WHERE r.id < %(before)s
ORDER BY r.id DESC
LIMIT %(most)s;
