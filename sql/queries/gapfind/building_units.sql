-- Buildings of which fewer stairwells are registered than they have.
-- needs: gap/stage
-- param lo bigint: first key
-- param hi bigint: key after the last
INSERT INTO stage_gap (kind, target, target_id, rule, cell_key, personal, since, n)
SELECT 'building_units', 'building', b.id, '', b.cell_key, false, NULL::date, b.units - u.n
FROM building b
CROSS JOIN LATERAL (SELECT count(*)::integer AS n FROM unit u WHERE u.building_id = b.id AND u.ended IS NULL
                    AND u.merged_into IS NULL) u
WHERE b.cell_key >= %(lo)s AND b.cell_key < %(hi)s AND b.ended IS NULL AND b.merged_into IS NULL AND b.kind = 'building' AND b.units > 1 AND u.n < b.units;
