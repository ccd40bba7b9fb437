-- Visits of a range for an export, with the officer, when each was entered and how far from its target it was.
-- param lo bigint: first key
-- param hi bigint: key after the last
-- param day date: not used here
SELECT e.source_key, e.at, e.day, o.number AS officer, o.name AS officer_name, e.activity, e.mode, e.outcome, e.target,
       e.target_id, e.minutes, e.document, e.recorded_at, e.far_m, e.unconfirmed,
       e.note, e.ended, e.end_reason, ST_X(e.geom) AS longitude, ST_Y(e.geom) AS latitude,
       e.cell_key, e.cell_alt, e.assign_status, e.located_by, e.accuracy_m, ST_AsBinary(e.geom) AS wkb
FROM visit e
LEFT JOIN officer o ON o.id = e.officer_id
WHERE e.cell_key >= %(lo)s AND e.cell_key < %(hi)s AND e.merged_into IS NULL AND %(day)s::date IS NOT NULL
ORDER BY e.id;
