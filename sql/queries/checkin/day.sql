-- Check-ins of an officer in some time, the first one first.
-- param officer_id bigint: officer
-- param start timestamptz: from
-- param stop timestamptz: up to and without
SELECT k.id, k.at, k.kind, k.target, k.target_id, k.cell_key, k.lon, k.lat, k.far_m
FROM checkin k
WHERE k.officer_id = %(officer_id)s AND k.at >= %(start)s AND k.at < %(stop)s
ORDER BY k.at;
