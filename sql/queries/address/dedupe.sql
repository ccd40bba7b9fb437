-- Take rows out of the file whose key an earlier row has already, and say whether they only repeat it.
DELETE FROM stage_address s
USING (SELECT source_key, min(row_no) AS first FROM stage_address GROUP BY source_key HAVING count(*) > 1) d,
      stage_address f
WHERE s.source_key = d.source_key AND s.row_no <> d.first AND f.row_no = d.first
RETURNING s.row_no, s.source_key, d.first,
          ROW (s.text, s.name, s.street, s.housenumber, s.estate, s.building_no, s.unit,
               s.lon, s.lat)
          IS NOT DISTINCT FROM
          ROW (f.text, f.name, f.street, f.housenumber, f.estate, f.building_no, f.unit,
               f.lon, f.lat) AS repeated;
