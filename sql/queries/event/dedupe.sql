-- Take rows out of the file whose key an earlier row has already, and say whether they only repeat it.
DELETE FROM stage_event s
USING (SELECT source_key, min(row_no) AS first FROM stage_event GROUP BY source_key HAVING count(*) > 1) d,
      stage_event f
WHERE s.source_key = d.source_key AND s.row_no <> d.first AND f.row_no = d.first
RETURNING s.row_no, s.source_key, d.first,
          ROW (s.class_id, s.title, s.description, s.address, s.channel, s.state, s.status_text,
               s.reported_at, s.day, s.due_at, s.due_given, s.closed_at, s.area_given, s.lon,
               s.lat)
          IS NOT DISTINCT FROM
          ROW (f.class_id, f.title, f.description, f.address, f.channel, f.state, f.status_text,
               f.reported_at, f.day, f.due_at, f.due_given, f.closed_at, f.area_given, f.lon,
               f.lat) AS repeated;
