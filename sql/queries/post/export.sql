-- Posts of a range for an export, with officer, ground and building.
-- param lo bigint: first key
-- param hi bigint: key after the last
-- param day date: not used here
SELECT e.source_key, o.number AS officer, o.name AS officer_name, e.kind, c.code AS cell, u.number AS subcell, z.name AS zone, e.target, b.estate, b.building_no, b.street, b.housenumber,
       e.unit_no, e.starts, e.ends, e.cover, e.ended, e.end_reason, NULL::double precision AS longitude,
       NULL::double precision AS latitude, e.cell_key, e.cell_alt, e.assign_status, e.located_by, e.accuracy_m,
       NULL::bytea AS wkb
FROM post e
LEFT JOIN officer o ON o.id = e.officer_id
LEFT JOIN cell c ON c.key = e.cell_key AND e.target IN ('cell', 'subcell')
LEFT JOIN subcell u ON u.id = e.subcell_id
LEFT JOIN zone z ON z.id = e.zone_id
LEFT JOIN building b ON b.id = e.building_id
WHERE e.cell_key >= %(lo)s AND e.cell_key < %(hi)s AND e.merged_into IS NULL AND %(day)s::date IS NOT NULL
ORDER BY e.id;
