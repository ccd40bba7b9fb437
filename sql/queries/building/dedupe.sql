-- Take rows out of the file whose key an earlier row has already, and say whether they only repeat it.
DELETE FROM stage_building s
USING (SELECT source_key, min(row_no) AS first FROM stage_building GROUP BY source_key HAVING count(*) > 1) d,
      stage_building f
WHERE s.source_key = d.source_key AND s.row_no <> d.first AND f.row_no = d.first
RETURNING s.row_no, s.source_key, d.first,
          ROW (s.name, s.kind, s.use, s.floors, s.height, s.units, s.households,
               s.estate, s.street, s.housenumber, s.building_no, s.address, s.shape, s.lon,
               s.lat)
          IS NOT DISTINCT FROM
          ROW (f.name, f.kind, f.use, f.floors, f.height, f.units, f.households,
               f.estate, f.street, f.housenumber, f.building_no, f.address, f.shape, f.lon,
               f.lat) AS repeated;
