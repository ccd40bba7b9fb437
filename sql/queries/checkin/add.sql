-- A check-in.
-- param cell_key bigint: cell
-- param officer_id bigint: officer
-- param at timestamptz: when
-- param kind text: start, point, stop
-- param target text: kind of the point
-- param target_id bigint: its number
-- param lon double: where it is
-- param lat double: where it is
-- param far_m real: metres between telephone and point
INSERT INTO checkin (cell_key, officer_id, at, kind, target, target_id, lon, lat, far_m)
VALUES (%(cell_key)s, %(officer_id)s, %(at)s, %(kind)s, %(target)s, %(target_id)s, %(lon)s, %(lat)s, %(far_m)s);
