-- What visits changed since the last time, as it stands in the list, also what another transaction is taking out of it.
-- needs: obligation/stage_change
INSERT INTO stage_change SELECT DISTINCT target, target_id, day, activity FROM visit_change
ORDER BY 1, 2, 3;
