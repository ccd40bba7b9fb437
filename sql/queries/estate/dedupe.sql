-- Take rows out of the file whose key an earlier row has already, and say whether they only repeat it.
DELETE FROM stage_estate s
USING (SELECT source_key, min(row_no) AS first FROM stage_estate GROUP BY source_key HAVING count(*) > 1) d,
      stage_estate f
WHERE s.source_key = d.source_key AND s.row_no <> d.first AND f.row_no = d.first
RETURNING s.row_no, s.source_key, d.first,
          ROW (s.name, s.kind, s.property_firm, s.geom)
          IS NOT DISTINCT FROM
          ROW (f.name, f.kind, f.property_firm, f.geom) AS repeated;
