-- Visits of a range go to the cell that what they were to is in now.
-- param lo bigint: first key
-- param hi bigint: key after the last
UPDATE visit v SET cell_key = t.cell_key, cell_alt = t.cell_alt, assign_status = t.assign_status
FROM (
    SELECT v.id, t.cell_key, t.cell_alt, t.assign_status FROM visit v JOIN estate t ON t.id = v.target_id
    WHERE v.target = 'estate' AND v.cell_key >= %(lo)s AND v.cell_key < %(hi)s
      AND (v.cell_key, v.cell_alt, v.assign_status) IS DISTINCT FROM (t.cell_key, t.cell_alt, t.assign_status)
    UNION ALL SELECT v.id, t.cell_key, t.cell_alt, t.assign_status FROM visit v JOIN building t ON t.id = v.target_id
    WHERE v.target = 'building' AND v.cell_key >= %(lo)s AND v.cell_key < %(hi)s
      AND (v.cell_key, v.cell_alt, v.assign_status) IS DISTINCT FROM (t.cell_key, t.cell_alt, t.assign_status)
    UNION ALL SELECT v.id, t.cell_key, t.cell_alt, t.assign_status FROM visit v JOIN unit t ON t.id = v.target_id
    WHERE v.target = 'unit' AND v.cell_key >= %(lo)s AND v.cell_key < %(hi)s
      AND (v.cell_key, v.cell_alt, v.assign_status) IS DISTINCT FROM (t.cell_key, t.cell_alt, t.assign_status)
    UNION ALL SELECT v.id, t.cell_key, t.cell_alt, t.assign_status FROM visit v JOIN dwelling t ON t.id = v.target_id
    WHERE v.target = 'dwelling' AND v.cell_key >= %(lo)s AND v.cell_key < %(hi)s
      AND (v.cell_key, v.cell_alt, v.assign_status) IS DISTINCT FROM (t.cell_key, t.cell_alt, t.assign_status)
    UNION ALL SELECT v.id, t.cell_key, t.cell_alt, t.assign_status FROM visit v JOIN household t ON t.id = v.target_id
    WHERE v.target = 'household' AND v.cell_key >= %(lo)s AND v.cell_key < %(hi)s
      AND (v.cell_key, v.cell_alt, v.assign_status) IS DISTINCT FROM (t.cell_key, t.cell_alt, t.assign_status)
    UNION ALL SELECT v.id, t.cell_key, t.cell_alt, t.assign_status FROM visit v JOIN person t ON t.id = v.target_id
    WHERE v.target = 'person' AND v.cell_key >= %(lo)s AND v.cell_key < %(hi)s
      AND (v.cell_key, v.cell_alt, v.assign_status) IS DISTINCT FROM (t.cell_key, t.cell_alt, t.assign_status)
    UNION ALL SELECT v.id, t.cell_key, t.cell_alt, t.assign_status FROM visit v JOIN hazard t ON t.id = v.target_id
    WHERE v.target = 'hazard' AND v.cell_key >= %(lo)s AND v.cell_key < %(hi)s
      AND (v.cell_key, v.cell_alt, v.assign_status) IS DISTINCT FROM (t.cell_key, t.cell_alt, t.assign_status)
    UNION ALL SELECT v.id, t.cell_key, t.cell_alt, t.assign_status FROM visit v JOIN hazard_source t ON t.id = v.target_id
    WHERE v.target = 'hazard_source' AND v.cell_key >= %(lo)s AND v.cell_key < %(hi)s
      AND (v.cell_key, v.cell_alt, v.assign_status) IS DISTINCT FROM (t.cell_key, t.cell_alt, t.assign_status)
    UNION ALL SELECT v.id, t.cell_key, t.cell_alt, t.assign_status FROM visit v JOIN organisation t ON t.id = v.target_id
    WHERE v.target = 'organisation' AND v.cell_key >= %(lo)s AND v.cell_key < %(hi)s
      AND (v.cell_key, v.cell_alt, v.assign_status) IS DISTINCT FROM (t.cell_key, t.cell_alt, t.assign_status)
    UNION ALL SELECT v.id, t.cell_key, t.cell_alt, t.assign_status FROM visit v JOIN component t ON t.id = v.target_id
    WHERE v.target = 'component' AND v.cell_key >= %(lo)s AND v.cell_key < %(hi)s
      AND (v.cell_key, v.cell_alt, v.assign_status) IS DISTINCT FROM (t.cell_key, t.cell_alt, t.assign_status)
    UNION ALL SELECT v.id, t.cell_key, t.cell_alt, t.assign_status FROM visit v JOIN facility t ON t.id = v.target_id
    WHERE v.target = 'facility' AND v.cell_key >= %(lo)s AND v.cell_key < %(hi)s
      AND (v.cell_key, v.cell_alt, v.assign_status) IS DISTINCT FROM (t.cell_key, t.cell_alt, t.assign_status)
    UNION ALL SELECT v.id, t.cell_key, t.cell_alt, t.assign_status FROM visit v JOIN zone t ON t.id = v.target_id
    WHERE v.target = 'zone' AND v.cell_key >= %(lo)s AND v.cell_key < %(hi)s
      AND (v.cell_key, v.cell_alt, v.assign_status) IS DISTINCT FROM (t.cell_key, t.cell_alt, t.assign_status)) t
WHERE t.id = v.id;
