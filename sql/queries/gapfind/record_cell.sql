-- Firms, facilities, components, hazards, hazard sources and duty zones without a place, or in no cell.
-- needs: gap/stage
-- param lo bigint: first key
-- param hi bigint: key after the last
INSERT INTO stage_gap (kind, target, target_id, rule, cell_key, personal, since, n)
SELECT 'record_cell', target, id, '', cell_key, false, NULL::date, NULL::integer
FROM (
    SELECT 'organisation' AS target, id, cell_key FROM organisation WHERE cell_key >= %(lo)s AND cell_key < %(hi)s AND ended IS NULL AND merged_into IS NULL AND (geom IS NULL OR assign_status = 'outside') UNION ALL
    SELECT 'facility' AS target, id, cell_key FROM facility WHERE cell_key >= %(lo)s AND cell_key < %(hi)s AND ended IS NULL AND merged_into IS NULL AND (geom IS NULL OR assign_status = 'outside') UNION ALL
    SELECT 'component' AS target, id, cell_key FROM component WHERE cell_key >= %(lo)s AND cell_key < %(hi)s AND ended IS NULL AND merged_into IS NULL AND (geom IS NULL OR assign_status = 'outside') UNION ALL
    SELECT 'hazard' AS target, id, cell_key FROM hazard WHERE cell_key >= %(lo)s AND cell_key < %(hi)s AND ended IS NULL AND merged_into IS NULL AND (geom IS NULL OR assign_status = 'outside') UNION ALL
    SELECT 'hazard_source' AS target, id, cell_key FROM hazard_source WHERE cell_key >= %(lo)s AND cell_key < %(hi)s AND ended IS NULL AND merged_into IS NULL AND (geom IS NULL OR assign_status = 'outside') UNION ALL
    SELECT 'zone' AS target, id, cell_key FROM zone WHERE cell_key >= %(lo)s AND cell_key < %(hi)s AND ended IS NULL AND merged_into IS NULL AND (geom IS NULL OR assign_status = 'outside')) x;
