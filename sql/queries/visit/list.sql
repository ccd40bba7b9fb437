-- Visits; filters and order come from store/filters.py. With the officer, when it was entered, and how many days after
-- the visit that was.
SELECT e.id, e.at, e.day, e.mode, e.outcome, e.target, e.activity, e.minutes, e.document, e.note, e.personal, e.officer_id,
       e.target_id, e.far_m, e.unconfirmed, e.cell_key, e.cell_alt, e.assign_status, e.located_by, e.ended, e.end_reason,
       e.merged_into, ST_X(e.geom) AS lon, ST_Y(e.geom) AS lat, e.source_id, e.source_key, e.xmin::text AS version,
       NULLIF(concat_ws(' ', o.name, o.number), '') AS officer, e.recorded_at,
       (e.recorded_at AT TIME ZONE (SELECT app_zone()))::date - e.day AS recorded_after
FROM visit e
LEFT JOIN officer o ON o.id = e.officer_id
