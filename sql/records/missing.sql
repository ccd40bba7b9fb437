-- Records of the base that no row of the roll is.
-- needs: reconcile/stage
-- param lo bigint: first key of the area
-- param hi bigint: key after the last
SELECT e.id, e.cell_key, e.xmin::text AS version
FROM {table} e
WHERE e.cell_key >= %(lo)s AND e.cell_key < %(hi)s AND (e.ended IS NULL OR e.ended > app_today())
  AND NOT EXISTS (SELECT FROM stage_pair p WHERE p.id = e.id)
ORDER BY e.id;
