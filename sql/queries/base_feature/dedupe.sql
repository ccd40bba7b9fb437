-- Take rows out of the file whose key an earlier row has already, and say whether they only repeat it.
DELETE FROM stage_base_feature s
USING (SELECT source_key, min(row_no) AS first FROM stage_base_feature GROUP BY source_key HAVING count(*) > 1) d,
      stage_base_feature f
WHERE s.source_key = d.source_key AND s.row_no <> d.first AND f.row_no = d.first
RETURNING s.row_no, s.source_key, d.first,
          ROW (s.layer, s.kind, s.detail, s.name, s.tunnel, s.geom)
          IS NOT DISTINCT FROM
          ROW (f.layer, f.kind, f.detail, f.name, f.tunnel, f.geom) AS repeated;
